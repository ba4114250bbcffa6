// A block device of this machine, by its name in /dev: who uses it, whether it can be written, its size looked at anew.
// The requests are those of block devices and of loop(4) (linux/fs.h, linux/loop.h).
//
// Blocking; any thread. Wants root. Errors are sentences.
#pragma once

#include <string>

#include "shared/base/result.h"
#include "shared/net/unique_fd.h"

namespace attach {

// Reads a block past the page cache: a target tells of another size in answer to a command, so there must be one.
void touch(const std::string& device);

struct Use {
  net::UniqueFd open;  // while it is, nobody can mount the device, nor take it into another one
  int refused = 0;     // errno, where it could not be opened
  std::string user;    // empty: nobody (device_users.h)
};
base::Result<Use> useOf(const std::string& device);
// What a writer left in the page cache when it closed the device. Where useOf() had it open by then, it was not the
// last one to close it, so the kernel has written nothing back; and what takes the device away drops the pages. Those
// that could not be written the kernel gives up itself: to wait with the device would bring nothing back.
// Why they could not, or empty.
std::string writeBack(const Use& use, const std::string& device);

// Why it is not as it was wanted, though nothing failed; empty: it is.
base::Result<std::string> setReadOnly(const std::string& device, bool readOnly);

// The loop device on this file, also where whoever made it was killed before it could note that; empty: none.
std::string loopOn(const std::string& path);
// Whether this one is on it. Its name is another's as soon as it was detached.
bool isLoopOn(const std::string& device, const std::string& path);
// Written back first: why that could not be, or empty.
base::Result<std::string> detachLoop(const Use& use, const std::string& device);
// The process that connected this NBD device, as the kernel tells it for as long as it is; empty: it is not connected.
// Its name is another's as soon as it was disconnected, and who connects it then is another process.
std::string nbdClientOf(const std::string& device);

}  // namespace attach
