"""The model in a browser: its compiled functions as a WebAssembly module, and what they are given.

A reader lives the same people on a page, without Python: the module makes the same lives to the
last bit. `sim.browser.build` makes it, `sim.browser.inputs` packs what lives are lived by, and
`sim.browser.module` does from Python what a page does.
"""
