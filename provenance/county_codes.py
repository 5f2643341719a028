"""The form of a county's code in GB/T 2260: province, prefecture, county, two digits each."""

import re

# The province codes in use; 00 stands for a whole province or prefecture and is no county.
_PROVINCES = "1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|81|82"
COUNTY_CODE = re.compile(rf"(?:{_PROVINCES})\d{{2}}(?!00)\d{{2}}")
