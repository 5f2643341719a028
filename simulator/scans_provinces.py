"""Where buyers live, roughly: a city for each province, and how many live around it, in millions (rounded)."""

from __future__ import annotations

from provenance.registry.records import Point

CITIES: tuple[tuple[str, Point, int], ...] = (
    ("Beijing", Point(39.9, 116.4), 22),
    ("Tianjin", Point(39.1, 117.2), 14),
    ("Shijiazhuang", Point(38.0, 114.5), 74),
    ("Taiyuan", Point(37.9, 112.5), 35),
    ("Hohhot", Point(40.8, 111.7), 24),
    ("Shenyang", Point(41.8, 123.4), 42),
    ("Changchun", Point(43.9, 125.3), 23),
    ("Harbin", Point(45.8, 126.5), 31),
    ("Shanghai", Point(31.2, 121.5), 25),
    ("Nanjing", Point(32.1, 118.8), 85),
    ("Hangzhou", Point(30.3, 120.2), 66),
    ("Hefei", Point(31.8, 117.2), 61),
    ("Fuzhou", Point(26.1, 119.3), 42),
    ("Nanchang", Point(28.7, 115.9), 45),
    ("Jinan", Point(36.7, 117.0), 101),
    ("Zhengzhou", Point(34.7, 113.6), 98),
    ("Wuhan", Point(30.6, 114.3), 58),
    ("Changsha", Point(28.2, 112.9), 66),
    ("Guangzhou", Point(23.1, 113.3), 127),
    ("Nanning", Point(22.8, 108.3), 50),
    ("Haikou", Point(20.0, 110.3), 10),
    ("Chongqing", Point(29.6, 106.5), 32),
    ("Chengdu", Point(30.7, 104.1), 84),
    ("Guiyang", Point(26.6, 106.7), 39),
    ("Kunming", Point(25.0, 102.7), 47),
    ("Lhasa", Point(29.7, 91.1), 4),
    ("Xi'an", Point(34.3, 108.9), 40),
    ("Lanzhou", Point(36.1, 103.8), 25),
    ("Xining", Point(36.6, 101.8), 6),
    ("Yinchuan", Point(38.5, 106.2), 7),
    ("Urumqi", Point(43.8, 87.6), 26),
)
