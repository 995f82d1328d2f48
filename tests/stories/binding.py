"""tor from Python, by ctypes alone.

    binding.py LIBRARY ADDRESS
"""
import ctypes
import sys

torctl = ctypes.CDLL(sys.argv[1])
torctl.torctl_error_message.restype = ctypes.c_char_p
torctl.torctl_values_value.restype = ctypes.c_char_p
torctl.torctl_bw_written_bytes.restype = ctypes.c_uint64
torctl.torctl_values_value.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
torctl.torctl_bw_written_bytes.argtypes = [ctypes.c_void_p]
tor, values, queue, event, err = (ctypes.c_void_p() for _ in range(5))
BW = 5

if (torctl.torctl_controller_open(sys.argv[2].encode(), None, ctypes.byref(tor), ctypes.byref(err)) or
        torctl.torctl_get_info(tor, b"version", None, ctypes.byref(values), ctypes.byref(err)) or
        torctl.torctl_queue_new(tor, ctypes.c_uint64(1 << BW), ctypes.c_size_t(0), ctypes.c_size_t(0), 0, None,
                                ctypes.byref(queue), ctypes.byref(err)) or
        torctl.torctl_queue_next(queue, -1, None, ctypes.byref(event), ctypes.byref(err))):
    sys.exit(torctl.torctl_error_message(err).decode())
print("tor", torctl.torctl_values_value(values, 0).decode())
print(torctl.torctl_bw_written_bytes(event), "bytes written")
torctl.torctl_event_free(event)
torctl.torctl_values_free(values)
torctl.torctl_queue_free(queue)
torctl.torctl_controller_free(tor)
