"""Our own business steps: URIs in our namespace, as CBV 2.0 (7.1) allows where it has no word."""

NAMESPACE = "https://ns.suyuan.example/"
"""Namespace of our vocabulary; prefix `suyuan` in documents we write."""

APPLYING_INPUT = NAMESPACE + "BizStep-applying_input"
CERTIFYING = NAMESPACE + "BizStep-certifying"
POOLING = NAMESPACE + "BizStep-pooling"
