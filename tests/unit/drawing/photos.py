"""Things to photograph in tests, as what they swallow of the light: mode "L", 0 for nothing."""

from PIL import Image, ImageDraw

TROUSERS = [(180, 20), (420, 20), (445, 580), (350, 580), (300, 200), (250, 580), (155, 580)]
TSHIRT = [(180, 40), (250, 80), (350, 80), (420, 40), (590, 170), (520, 260), (450, 210), (450, 560)]
TSHIRT += [(150, 560), (150, 210), (80, 260), (10, 170)]


def surface(points=TROUSERS, tone=230):
    picture = Image.new("L", (600, 600))
    ImageDraw.Draw(picture).polygon(points, fill=tone)
    return picture


def outline(points=TSHIRT, pen=8, ink=220):
    picture = Image.new("L", (600, 600))
    ImageDraw.Draw(picture).line([*points, points[0]], fill=ink, width=pen, joint="curve")
    return picture
