// somebody, some year
/* a licence { with a brace } */
/*{
  "CATEGORIES": [ "generator", ], // remark
  "INPUTS": [
    {"NAME": "smooth", "TYPE": "float", "DEFAULT": 0.5, },
    {"NAME": "flip", "TYPE": "bool", "DEFAULT": "TRUE"},
    {"NAME": "way", "TYPE": "long", "VALUES": ["left", "right"], "DEFAULT": "right"},
  ],
  "IMPORTED": {"store": {"PASSINDEX": 0}},
  "PASSES": [{"TARGET": "store", "PERSISTENT": true, "WIDTH": "max($WIDTH / 2, 1)"}, {}],
}*/
void main() { gl_FragColor = vec4(smooth) * IMG_THIS_PIXEL(store); }
