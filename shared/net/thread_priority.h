// Who goes first where threads of one process want the same processor.
#pragma once

namespace net {

// The calling thread and those that it starts get a processor behind the first thread of the process, not never: about
// a tenth beside one that wants all (10 steps of nice). For work that may wait, beside a loop that must not. There is
// no way back.
void runBehind();

}  // namespace net
