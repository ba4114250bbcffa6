#include "isns-server/core/heartbeat.h"

#include <algorithm>

#include "shared/isns/message_writer.h"

namespace core {
namespace {

void writeServer(base::ByteWriter& writer, const HeartbeatServer& server) {
  writer.bytes(server.ip);
  writer.u16(server.tcpPort);
  writer.u16(server.udpPort);
}

}  // namespace

Heartbeat::Heartbeat(const HeartbeatServer& active, std::vector<HeartbeatServer> backups, std::uint32_t interval,
                     base::TimePoint start, std::uint32_t counter)
    : active_(active),
      backups_(std::move(backups)),
      interval_(std::max(interval, 1U)),
      next_(start),
      counter_(counter) {
  if (backups_.size() > kMaxBackups) backups_.resize(kMaxBackups);
}

bool Heartbeat::onTimer(base::TimePoint now, base::Bytes& out) {
  if (now < next_) return false;
  encode(out);
  ++counter_;
  next_ += interval_ * ((now - next_) / interval_ + 1);
  return true;
}

void Heartbeat::encode(base::Bytes& out) const {
  auto message = isns::MessageWriter::request(out, isns::Function::Heartbeat, static_cast<std::uint16_t>(counter_),
                                              isns::flag::kServer);
  base::ByteWriter writer(out);
  writeServer(writer, active_);
  writer.u32(static_cast<std::uint32_t>(interval_.count()));
  writer.u32(counter_);
  writer.u16(0);
  writer.u16(static_cast<std::uint16_t>(backups_.size()));
  for (const HeartbeatServer& backup : backups_) writeServer(writer, backup);
  message.finish();
}

}  // namespace core
