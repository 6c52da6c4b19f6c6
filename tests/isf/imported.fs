/*{
    "ISFVSN": "2",
    "DESCRIPTION": "A picture file: red above, blue below.",
    "IMPORTED": {"card": {"PATH": "imported.png"}}
}*/
void main() {
    gl_FragColor = IMG_THIS_PIXEL(card);
}
