#!/usr/bin/python3
"""Starts a program and says when its first window came and when that window was painted.

Seen from outside, on the X server, so that every program is measured the same way: a sample is a few
narrow strips of pixels from the window, taken again and again. A strip counts as painted when it shows
enough different colours (letters are drawn in many shades) and every colour that it must show.

Takes one JSON object as its argument:
  command, env, cwd    what is started, in a session of its own
  strips               [{x, width, coloursMin, colours: ["#rrggbb"]}], x from the window's left edge
  timeoutMs, settleMs  when to give up, and how long to look on after the window is painted
Says "ready", waits for a line, starts, says one JSON object:
  pid, windowMs, contentMs (null: not within the time), settledMs (when the last pixel changed)
Then waits for its input to end, and ends the program with everything that it started."""

import json
import os
import signal
import subprocess
import sys
import time

from Xlib import X, display, error

SMALLEST_WINDOW = 200
SAMPLE_SECONDS = 0.004


class Strip:
    def __init__(self, spec):
        self.x = spec["x"]
        self.width = spec["width"]
        self.colours_min = spec["coloursMin"]
        self.colours = {int(colour[1:], 16) for colour in spec["colours"]}

    def read(self, window, height):
        image = window.get_image(self.x, 0, self.width, height, X.ZPixmap, 0xFFFFFFFF)
        return image.data

    def is_painted(self, data):
        # 32 bits a pixel, of which the upper eight are nothing.
        pixels = {pixel & 0xFFFFFF for pixel in memoryview(data).cast("I")}
        return len(pixels) >= self.colours_min and self.colours <= pixels


def main():
    spec = json.loads(sys.argv[1])
    strips = [Strip(each) for each in spec["strips"]]
    screen = display.Display()
    root = screen.screen().root
    root.change_attributes(event_mask=X.SubstructureNotifyMask)
    screen.sync()
    say("ready")
    sys.stdin.readline()
    discard_events(screen)
    started = time.monotonic()
    program = subprocess.Popen(
        spec["command"],
        env=spec["env"],
        cwd=spec["cwd"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        say(json.dumps({"pid": program.pid, **watch(screen, strips, started, spec)}))
        sys.stdin.read()
    finally:
        end(program)


def watch(screen, strips, started, spec):
    def now():
        return (time.monotonic() - started) * 1000

    seen = {"windowMs": None, "contentMs": None, "settledMs": None}
    window = None
    before = None
    deadline = spec["timeoutMs"]
    while now() < deadline:
        window = newest_window(screen, window)
        if window is not None:
            if seen["windowMs"] is None:
                seen["windowMs"] = now()
            sample = read(window, strips)
            if sample is None:
                window = None
                continue
            if sample != before:
                before = sample
                seen["settledMs"] = now()
                is_painted = all(strip.is_painted(data) for strip, data in zip(strips, sample))
                if is_painted and seen["contentMs"] is None:
                    seen["contentMs"] = seen["settledMs"]
                    deadline = seen["contentMs"] + spec["settleMs"]
        time.sleep(SAMPLE_SECONDS)
    return seen


def newest_window(screen, window):
    while screen.pending_events():
        event = screen.next_event()
        if event.type != X.MapNotify or event.override:
            continue
        try:
            size = event.window.get_geometry()
        except error.XError:
            continue
        if size.width >= SMALLEST_WINDOW and size.height >= SMALLEST_WINDOW:
            window = event.window
    return window


def read(window, strips):
    """The pixels of the strips; None when the window went or is too small for them."""
    try:
        height = window.get_geometry().height
        return [strip.read(window, height) for strip in strips]
    except error.XError:
        return None


def discard_events(screen):
    while screen.pending_events():
        screen.next_event()


def end(program):
    """Everything in the program's session: children of children, too."""
    for each in os.listdir("/proc"):
        if each.isdigit() and session_of(each) == program.pid:
            try:
                os.kill(int(each), signal.SIGKILL)
            except ProcessLookupError:
                pass
    program.wait()


def session_of(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf8") as file:
            # After the name, which may contain anything: state, parent, group, session.
            return int(file.read().rpartition(")")[2].split()[3])
    except OSError:
        return None


def say(line):
    print(line, flush=True)


main()
