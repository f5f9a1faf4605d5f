#!/usr/bin/env python3
"""The library from Python, through ctypes: python3 example.py LIBRARY SCENARIO."""
import ctypes
import json
import sys

library = ctypes.CDLL(sys.argv[1])


def declare(name, result, *arguments):
    function = getattr(library, "dryscale_" + name)
    function.restype = result
    function.argtypes = arguments
    return function


handle, text, size = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t
load = declare("load", handle, text)
free = declare("free", None, handle)
put = declare("set", ctypes.c_int, handle, text, text)
get = declare("get", text, handle, text)
reset = declare("reset", None, handle)
run = declare("run", handle, handle, ctypes.c_uint32)
metric = declare("metric", ctypes.c_double, handle, text)
digest = declare("digest", ctypes.c_uint64, handle)
result_free = declare("result_free", None, handle)
sweep_new = declare("sweep_new", handle, handle)
sweep_value = declare("sweep_value", ctypes.c_int, handle, text, text)
sweep_run = declare("sweep_run", ctypes.c_int, handle, ctypes.c_uint32)
sweep_free = declare("sweep_free", None, handle)
front_count = declare("front_count", size, handle)
front_point = declare("front_point", size, handle, size)
point_id = declare("point_id", ctypes.c_uint64, handle, size)
point_value = declare("point_value", text, handle, size, text)
point_metric = declare("point_metric", ctypes.c_double, handle, size, text)
sweep_write = declare("sweep_write", ctypes.c_int, handle, text)
sweep_open = declare("sweep_open", handle, text)
sweep_info = declare("sweep_info", text, handle, text)
parameter_count = declare("parameter_count", size, handle)
parameter_path = declare("parameter_path", text, handle, size)
base_metric = declare("base_metric", ctypes.c_double, handle, text)
point_count = declare("point_count", size, handle)
point_state = declare("point_state", text, handle, size)
point_on_front = declare("point_on_front", ctypes.c_int, handle, size)
point_apply = declare("point_apply", ctypes.c_int, handle, size, handle)
event = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_char_p)
run_events = declare("run_events", handle, handle, ctypes.c_uint32, event, ctypes.c_void_p)
error = declare("error", text)


def check(code):
    if code:
        sys.exit(error().decode())


scenario = load(sys.argv[2].encode())
check(scenario is None)
check(put(scenario, b"scale-down-unneeded-time", b"2m"))
result = run(scenario, 0)
print("run %s %.6f %.6f %016x" % (get(scenario, b"scale-down-unneeded-time").decode(),
                                  metric(result, b"cost_day"), metric(result, b"p95_wait_s"), digest(result)))
result_free(result)
reset(scenario)

sweep = sweep_new(scenario)
for value in (b"2m", b"10m", b"30m"):
    check(sweep_value(sweep, b"scale-down-unneeded-time", value))
for value in (b"4", b"6"):
    check(sweep_value(sweep, b"nodeGroups.general.maxSize", value))
check(sweep_run(sweep, 1))
for i in range(front_count(sweep)):
    point = front_point(sweep, i)
    print("front %d %s %s %.6f" % (point_id(sweep, point),
                                   point_value(sweep, point, b"scale-down-unneeded-time").decode(),
                                   point_value(sweep, point, b"nodeGroups.general.maxSize").decode(),
                                   point_metric(sweep, point, b"cost_day")))
check(sweep_write(sweep, b"library-py.json"))
sweep_free(sweep)

# A result file, and its first point on the front once more.
found = sweep_open(b"library-py.json")
check(found is None)
print("file %s %s %s, %d parameters, %d points, base %.6f" % (
    sweep_info(found, b"scenario").decode(), sweep_info(found, b"method").decode(),
    sweep_info(found, b"objectives").decode(), parameter_count(found), point_count(found),
    base_metric(found, b"cost_day")))
for i in range(point_count(found)):
    print("point %d %s %s %s" % (point_id(found, i), point_state(found, i).decode(),
                                 point_value(found, i, parameter_path(found, 0)).decode(),
                                 "front" if point_on_front(found, i) else "-"))
first = front_point(found, 0)
check(point_apply(found, first, scenario))
lines = []
result = run_events(scenario, 0, event(lambda context, line: lines.append(json.loads(line))), None)
print("again %.6f %.6f, %d scale-ups told, %.0f counted" % (
    point_metric(found, first, b"cost_day"), metric(result, b"cost_day"),
    sum(line["event"] == "scaleUp" for line in lines), metric(result, b"scale_ups")))
result_free(result)
sweep_free(found)
free(scenario)
