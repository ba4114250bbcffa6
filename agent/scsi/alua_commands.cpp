// REPORT and SET TARGET PORT GROUPS (SPC-4 6.36, 6.45).
#include <algorithm>

#include "agent/scsi/disk.h"
#include "agent/scsi/handlers.h"

namespace scsi::handlers {
namespace {

void appendGroup(const Disk& disk, const PortGroup& group, base::Bytes& out) {
  const auto& ports = disk.ports().ports;
  const auto inGroup = [&](const TargetPort& port) { return port.group == group.id; };
  const auto count = std::count_if(ports.begin(), ports.end(), inGroup);
  base::ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>((group.preferred ? 0x80 : 0) | static_cast<std::uint8_t>(group.state)));
  writer.u8(kAluaSupported);
  writer.u16(group.id);
  writer.u8(0);
  writer.u8(static_cast<std::uint8_t>(group.status));
  writer.u8(0);
  writer.u8(static_cast<std::uint8_t>(std::min<std::ptrdiff_t>(count, 0xff)));
  for (const TargetPort& port : ports) {
    if (port.group != group.id) continue;
    writer.u16(0);
    writer.u16(port.relativeId);
  }
}

}  // namespace

void reportTargetPortGroups(Disk& disk, Command& command) {
  constexpr std::uint8_t kExtended = 0x01;  // PARAMETER DATA FORMAT 001b
  const std::uint8_t format = command.cdb[1] >> 5;
  if (format > kExtended) return disk.complete(command, invalidFieldInCdb(1, std::uint8_t{7}));
  base::Bytes& out = command.work().response;
  base::ByteWriter writer(out);
  writer.u32(0);
  if (format == kExtended) writer.u32(std::uint32_t{kExtended} << 28);  // IMPLICIT TRANSITION TIME 0: not said
  for (const PortGroup& group : disk.portGroups()) appendGroup(disk, group, out);
  base::storeU32(out.data(), static_cast<std::uint32_t>(out.size() - 4));
  disk.respond(command, base::loadU32(&command.cdb[6]));
}

// All descriptors are checked before the first is obeyed. Transitions take no time.
void setTargetPortGroups(Disk& disk, Command& command) {
  const std::uint32_t length = base::loadU32(&command.cdb[6]);
  if (length == 0) return disk.complete(command);
  if (!disk.parameterList(command, length)) return;
  if (length < 4 || length % 4 != 0) return disk.complete(command, parameterListLengthError());
  const base::Bytes& list = command.work().parameters;
  std::vector<PortGroup> next = disk.portGroups();
  for (std::size_t at = 4; at < list.size(); at += 4) {
    const std::uint8_t state = list[at] & 0x0f;
    const std::uint16_t id = base::loadU16(&list[at + 2]);
    const auto group = std::find_if(next.begin(), next.end(), [&](const PortGroup& g) { return g.id == id; });
    const auto pointer = static_cast<std::uint16_t>(at);
    if (state > static_cast<std::uint8_t>(AluaState::Unavailable)) {
      return disk.complete(command, invalidFieldInParameterList(pointer, std::uint8_t{3}));
    }
    if (group == next.end()) {
      return disk.complete(command, invalidFieldInParameterList(static_cast<std::uint16_t>(pointer + 2)));
    }
    group->state = static_cast<AluaState>(state);
    group->status = AluaStatus::BySetTargetPortGroups;
  }
  const bool changed = !std::equal(next.begin(), next.end(), disk.portGroups().begin(),
                                   [](const PortGroup& a, const PortGroup& b) { return a.state == b.state; });
  disk.portGroups() = std::move(next);
  if (changed) disk.establishAll(UnitAttention::AsymmetricAccessStateChanged, command.nexus);
  disk.complete(command);
}

}  // namespace scsi::handlers
