/*{
  "ISFVSN": "2",
  "DESCRIPTION": "Passes the picture through unchanged: placeholder for an effect in quarantine.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["filter", "pattern"],
  "PHOTOPHORE": {"COLOR": "linear"},
  "INPUTS": [{"NAME": "inputImage", "TYPE": "image"}]
}*/
void main() {
    gl_FragColor = IMG_THIS_PIXEL(inputImage);
}
