// tor from Go, by cgo.
//
//     go run binding.go ADDRESS
package main

// #cgo pkg-config: torctl
// #include <stdlib.h>
// #include <torctl.h>
import "C"

import (
	"fmt"
	"os"
)

func main() {
	var tor *C.torctl_controller
	var values *C.torctl_values
	var queue *C.torctl_queue
	var event *C.torctl_event
	var err *C.torctl_error
	if C.torctl_controller_open(C.CString(os.Args[1]), nil, &tor, &err) != C.TORCTL_OK ||
		C.torctl_get_info(tor, C.CString("version"), nil, &values, &err) != C.TORCTL_OK ||
		C.torctl_queue_new(tor, 1<<C.TORCTL_EVENT_BW, 0, 0, C.TORCTL_DROP_OLDEST, nil, &queue, &err) != C.TORCTL_OK ||
		C.torctl_queue_next(queue, -1, nil, &event, &err) != C.TORCTL_OK {
		fmt.Fprintln(os.Stderr, C.GoString(C.torctl_error_message(err)))
		os.Exit(1)
	}
	fmt.Println("tor", C.GoString(C.torctl_values_value(values, 0)))
	fmt.Println(C.torctl_bw_written_bytes(event), "bytes written")
	C.torctl_event_free(event)
	C.torctl_values_free(values)
	C.torctl_queue_free(queue)
	C.torctl_controller_free(tor)
}
