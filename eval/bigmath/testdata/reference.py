"""Writes reference.txt: values of the elementary functions by mpmath, 100 digits, one a line.

Arguments are float64 in hexadecimal, exact. Run it as: python3 reference.py > reference.txt
"""
import random
import mpmath as mp

random.seed(20240607)
SMALL = [1e-300, 5e-324, 1e-40, 1e-9, 0.001, 0.1, 0.25, 0.5, 0.7, 0.999, 1 - 2.0**-53, 1 + 2.0**-52, 1.001]
MIDDLE = [1.4616321449683623, 1.5, 2 - 2.0**-52, 2 + 2.0**-51, 2.5, 3.141592653589793, 5.5, 7.25, 10.125, 20.3, 33.75, 64.1]
LARGE = [100.5, 1000.25, 1e5 + 0.3, 1e10, 1e22, 1e100, 1e300, 1.7976931348623157e308]
POSITIVE = SMALL + [1.0, 2.0, 3.0] + MIDDLE + LARGE
REAL = POSITIVE + [-x for x in POSITIVE]
UNIT = [x for x in REAL if abs(x) < 1]
POLES = [x for x in REAL if x > 0 or (x != int(x) and x > -1e6)] + [-2.457024738220801, -0.5, -1.5, -10.5, -1 - 2.0**-52, -3.0000001]


def lgamma(x):
    return mp.log(abs(mp.gamma(x)))


def erfc_safe(f):
    return lambda x: f(x) if abs(x) < 1e4 else None


def polygamma(k):
    return lambda x: mp.psi(k, x)


def mod(x, m):
    if abs(x) > 1e30 or abs(m) < 1e-30:
        return None
    return x - m * mp.floor(x / m)


def limited(f, bound):
    return lambda x: f(x) if abs(x) < bound else None


rows = [
    ("exp", limited(mp.exp, 1e9), REAL), ("expm1", limited(mp.expm1, 1e9), REAL),
    ("log", mp.log, POSITIVE), ("log1p", mp.log1p, UNIT + POSITIVE),
    ("log2", lambda x: mp.log(x) / mp.log(2), POSITIVE), ("log10", lambda x: mp.log(x) / mp.log(10), POSITIVE),
    ("sqrt", mp.sqrt, POSITIVE), ("cbrt", lambda x: mp.sign(x) * mp.cbrt(abs(x)), REAL),
    ("sin", mp.sin, REAL), ("cos", mp.cos, REAL), ("tan", mp.tan, REAL),
    ("asin", mp.asin, UNIT), ("acos", mp.acos, UNIT), ("atan", mp.atan, REAL),
    ("sinh", limited(mp.sinh, 1e9), REAL), ("cosh", limited(mp.cosh, 1e9), REAL), ("tanh", limited(mp.tanh, 1e9), REAL),
    ("asinh", lambda x: mp.sign(x) * mp.log(abs(x) + mp.sqrt(mp.mpf(x) ** 2 + 1)), REAL),
    ("acosh", mp.acosh, [x for x in POSITIVE if x > 1]), ("atanh", mp.atanh, UNIT),
    ("erf", erfc_safe(mp.erf), REAL), ("erfc", erfc_safe(mp.erfc), REAL),
    ("gamma", limited(mp.gamma, 2e6), POLES),
    ("lgamma", lambda x: mp.loggamma(x) if x > 0 else lgamma(x), POLES),
    ("digamma", mp.digamma, POLES + [0.0 - 1e-5]), ("trigamma", polygamma(1), POLES),
]
mp.mp.prec = 2400


def emit(name, args, value):
    if value is None:
        return
    if isinstance(value, mp.mpc):
        assert abs(value.imag) < 1e-300, (name, args)
        value = value.real
    print(name, *[float(a).hex() for a in args], mp.nstr(value, 100, strip_zeros=False, min_fixed=1, max_fixed=0))


for name, f, points in rows:
    for x in points:
        emit(name, [x], f(mp.mpf(x)))

for k in [0, 1, 2, 3, 4, 7, 20, 63, 70]:
    for x in [1e-5, 0.3, 1.0, 2.5, 17.25, 1000.5, -0.5, -0.3, -1.7, -7.25, -40.125, -2.5]:
        emit("polygamma", [k, x], mp.psi(k, mp.mpf(x)))

signs = [1, -1]
for _ in range(120):
    a, b = (random.choice(signs) * random.choice([0.01, 1, 30, 1e6]) * random.random() for _ in range(2))
    emit("atan2", [a, b], mp.atan2(a, b))
    emit("hypot", [a, b], mp.hypot(a, b))
    emit("mod", [a, b], mod(mp.mpf(a), mp.mpf(b)))
    if abs(a) < 1000 and abs(b) < 1000:
        emit("beta", [a, b], mp.gamma(a) * mp.gamma(b) / mp.gamma(mp.mpf(a) + mp.mpf(b)))
    emit("pow", [abs(a), b], mp.power(abs(a), b) if abs(b) < 1e4 else None)
    emit("pow", [a, float(int(b))], mp.power(mp.mpf(a), int(b)) if abs(b) < 1000 else None)
emit("beta", [1e200, 2.5], mp.exp(mp.loggamma(mp.mpf(1e200)) + mp.loggamma(2.5) - mp.loggamma(mp.mpf(1e200) + 2.5)))
