// World: a server core with a store in memory, a clock that is told the time, and clients that answer SCNs and ESIs.
//
// A transcript is commands, then "----" and the lines that must follow, up to an empty line. Commands:
//
//   set unknown_source empty          a setting of the policy
//   from 10.0.0.5 [udp]               the address of the messages that follow
//   connection NAME, signed-by SPI    their connection and their signature
//   DevAttrReg source=iqn.x:a key: eid=host-a op: eid=host-a iscsi_name=iqn.x:a node_type=initiator
//   guard EID NAMES ADDRESSES ...     the agents whose names are guarded; "guard nobody"
//   repeat N COMMAND                  what the last of N gives
//   hold, commit                      no commit between the two
//   fail, heal                        the store refuses changes, takes them again
//   silent on|off                     clients do not answer SCNs and ESIs
//   advance SECONDS, restart, state
//
// In a message `field=value` is an attribute by the names of the attribute table, `field` alone one of length 0,
// `field=hex:00` and `tag(N)=00` any bytes, quotes hold a value with spaces; `replace`, `xid=N` and `raw HEX` (a piece
// of payload) are what they say. So are `version=N`, `flags=0xN` (set beside those of the request), `cut=BYTES` (into
// PDUs of that size) and `block=N` (an authentication block of structure N, with a signature that is none). Messages go
// through framing and the check of signatures as they do in the server. One thread; a mistake in a transcript throws.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "db/memory/memory_store.h"
#include "isns-server/core/server.h"
#include "isns-server/session/authenticator.h"
#include "shared/isns/assembler.h"

namespace scenario {

using Lines = std::vector<std::string>;

class World {
 public:
  World();

  // One command of a transcript; gives the lines that follow from it.
  Lines run(const std::string& line);

 private:
  struct Words;
  struct Framing;
  void start();
  void set(const std::string& key, const std::string& value);
  void guard(Words& words);
  void request(Words& words, Lines& out);
  void receive(base::ByteView bytes, Lines& out);
  void answer(const isns::Message& message, Lines& out);
  void refuse(const isns::FramingFault& fault, Lines& out);
  void deliverAnswer(core::Disposition disposition, base::ByteView bytes, Lines& out);
  void commit(Lines& out);
  void settle(Lines& out);
  void deliver(Lines& out);
  void advance(std::int64_t seconds, Lines& out);
  void print(base::ByteView message, const std::string& prefix, Lines& out) const;
  void state(Lines& out) const;
  [[nodiscard]] base::Now now() const { return {time_, wall_}; }

  core::Policy policy_;
  std::shared_ptr<memory::MemoryDatabase> database_;
  std::unique_ptr<memory::MemoryStore> store_;
  std::unique_ptr<core::Server> server_;
  std::uint64_t epoch_ = 0;
  base::TimePoint time_{std::chrono::hours(1)};
  base::WallTime wall_{std::chrono::seconds(1'700'000'000)};
  core::Arrival arrival_;
  std::map<std::string, core::Session> sessions_;
  session::AuthSettings authentication_;
  std::string connection_ = "1";
  std::uint16_t transaction_ = 0;
  bool held_ = false;
  bool silent_ = false;
  std::map<std::uint32_t, core::Endpoint> connected_;
};

}  // namespace scenario
