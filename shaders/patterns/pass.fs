/*{
  "ISFVSN": "2",
  "DESCRIPTION": "Nothing happens to the picture: stands where an effect in quarantine stood.",
  "CREDIT": "Photophore",
  "CATEGORIES": ["filter", "pattern"],
  "PHOTOPHORE": {"COLOR": "linear"},
  "INPUTS": [{"NAME": "inputImage", "TYPE": "image"}]
}*/
void main() {
    gl_FragColor = IMG_THIS_PIXEL(inputImage);
}
