-- tor from LuaJIT: the declarations are copied from the header.
--
--     luajit binding.lua LIBRARY ADDRESS
local ffi = require("ffi")
ffi.cdef [[
typedef struct torctl_controller torctl_controller;
typedef struct torctl_call torctl_call;
typedef struct torctl_values torctl_values;
typedef struct torctl_queue torctl_queue;
typedef struct torctl_event torctl_event;
typedef struct torctl_error torctl_error;
int32_t torctl_controller_open(const char *address, torctl_call *call, torctl_controller **out, torctl_error **err);
int32_t torctl_get_info(torctl_controller *controller, const char *key, torctl_call *call, torctl_values **values, torctl_error **err);
const char *torctl_values_value(const torctl_values *values, size_t index);
int32_t torctl_queue_new(torctl_controller *controller, uint64_t kinds, size_t capacity_events, size_t capacity_bytes, int32_t overflow, torctl_call *call, torctl_queue **out, torctl_error **err);
int32_t torctl_queue_next(const torctl_queue *queue, int32_t timeout_ms, torctl_call *call, torctl_event **event, torctl_error **err);
uint64_t torctl_bw_written_bytes(const torctl_event *event);
const char *torctl_error_message(const torctl_error *error);
void torctl_event_free(torctl_event *event);
void torctl_values_free(torctl_values *values);
void torctl_queue_free(torctl_queue *queue);
void torctl_controller_free(torctl_controller *controller);
]]
local torctl = ffi.load(arg[1])
local err = ffi.new("torctl_error *[1]")
local tor, values = ffi.new("torctl_controller *[1]"), ffi.new("torctl_values *[1]")
local queue, event = ffi.new("torctl_queue *[1]"), ffi.new("torctl_event *[1]")
local BW = 5
local function ok(status)
  assert(status == 0, ffi.string(torctl.torctl_error_message(err[0])))
end
ok(torctl.torctl_controller_open(arg[2], nil, tor, err))
ok(torctl.torctl_get_info(tor[0], "version", nil, values, err))
ok(torctl.torctl_queue_new(tor[0], bit.lshift(1ULL, BW), 0, 0, 0, nil, queue, err))
ok(torctl.torctl_queue_next(queue[0], -1, nil, event, err))
print("tor " .. ffi.string(torctl.torctl_values_value(values[0], 0)))
print(tonumber(torctl.torctl_bw_written_bytes(event[0])) .. " bytes written")
torctl.torctl_event_free(event[0])
torctl.torctl_values_free(values[0])
torctl.torctl_queue_free(queue[0])
torctl.torctl_controller_free(tor[0])
