// MessageTrace: prints the messages of one connection in words, as they pass.
//
// One thread. Reads the bytes itself, so that it shows what was really sent and received.
#pragma once

#include <optional>
#include <ostream>
#include <string>

#include "shared/isns/assembler.h"

namespace ctl {

class MessageTrace {
 public:
  // `out` may be nullptr: then nothing is done.
  MessageTrace(std::ostream* out, std::string peer);

  void sent(base::ByteView bytes) { show('>', sent_, sentRest_, bytes); }
  void received(base::ByteView bytes) { show('<', received_, receivedRest_, bytes); }

 private:
  void show(char direction, isns::MessageAssembler& assembler, base::Bytes& rest, base::ByteView bytes);

  std::ostream* out_;
  std::string peer_;
  isns::MessageAssembler sent_;
  isns::MessageAssembler received_;
  base::Bytes sentRest_;
  base::Bytes receivedRest_;
};

}  // namespace ctl
