from __future__ import annotations

import pytest

from icma_crawler.citations import find_origin


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("Çinar.example Report-a istinadən xəbər verir ki, yol açılıb.", "Report"),
        ("Çinar.example, Sherg.az portalına istinadən məlumatı açıqlayır.", "Sherg.az"),
        ("“Reuters”ə istinadən verilən məlumata görə, yol açılıb.", "Reuters"),
        ("Как передает Çinar.example со ссылкой на Trend, дорога открыта.", "Trend"),
        ("The road is open again, citing Reuters.", "Reuters"),
        ("Mənbə: https://sherg.az", "sherg.az"),
        ("Bunu Modern.az-a açıqlamasında bildirib.", "Modern.az"),
        ("Körpü.Az Report-a istinadən xəbər verir ki, yol açılıb.", "Report"),
        ("Modern.az rus mediasına istinadən xəbər verir ki, yol açılıb.", "Modern.az"),
        ("Reuters'ın haberine göre yol açıldı.", "Reuters"),
        ("The road is open again, AzerTAj state news agency reported.", "AzerTAj"),
        ("Çinar.example xəbər verir ki, yol açılıb.", None),
        ("SOCAR-ın rəsmi saytına istinadən bildirilir.", None),
        ("Prezident Report haqqında danışıb.", None),
    ],
)
def test_origin(text, origin):
    found = find_origin("", [text], {"cinarexample", "cinar"})
    assert (found.name if found else None) == origin
