from tests.browser.test_studio import *
from tests.browser.test_weight import Wire
def test_w(enter):
    p=enter("employee",screen="phone"); w=Wire(p)
    for a in ("/courses/manajemen-perubahan/01-mengapa-ditolak/","/courses/manajemen-perubahan/02-adkar/","/courses/panduan-learn/01-peserta/"): print(a,w.of(p,a), p.evaluate("navigator.serviceWorker.controller && 1"))
    assert 0
