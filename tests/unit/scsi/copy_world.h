// Two units of one copy domain, with two initiators that see them, for tests of third-party copies.
#pragma once

#include <map>

#include "agent/scsi/copy_domain.h"
#include "tests/unit/scsi/disk_world.h"

namespace scsi_test {

// What each nexus sees.
class Directory final : public scsi::UnitDirectory {
 public:
  void unitsOf(scsi::Disk&, const scsi::Nexus& nexus, std::vector<scsi::CopyUnit>& out) override {
    ++asked;
    for (const scsi::CopyUnit& unit : maps[&nexus]) out.push_back(unit);
  }

  std::map<const scsi::Nexus*, std::vector<scsi::CopyUnit>> maps;
  int asked = 0;
};

inline std::unique_ptr<MemoryDevice> numbered(std::uint64_t blocks, std::uint32_t blockSize, std::uint8_t salt) {
  auto device = std::make_unique<MemoryDevice>(blocks, blockSize);
  for (std::size_t i = 0; i < device->bytes.size(); ++i) {
    device->bytes[i] = static_cast<std::uint8_t>(i / blockSize * 7 + i + salt);
  }
  return device;
}

inline base::Bytes blocks(const MemoryDevice& device, std::uint64_t lba, std::uint64_t count) {
  const std::uint32_t size = device.shape.blockSize;
  const auto begin = device.bytes.begin() + static_cast<std::ptrdiff_t>(lba * size);
  return {begin, begin + static_cast<std::ptrdiff_t>(count * size)};
}

inline scsi::UnitIdentity named(std::uint8_t last) {
  scsi::UnitIdentity identity = World::unit();
  identity.naa.back() = last;
  identity.serial = "serial-" + std::to_string(last);
  return identity;
}

struct CopyWorld {
  explicit CopyWorld(std::uint32_t secondBlockSize = 512, std::uint64_t blocks = 4096,
                     scsi::DiskSettings secondSettings = {})
      : firstDevice(numbered(blocks, 512, 1)),
        secondDevice(numbered(blocks, secondBlockSize, 9)),
        first(*firstDevice, pool, named(1)),
        second(*secondDevice, pool, named(2), std::move(secondSettings)) {
    first.setCopyDomain(&domain);
    second.setCopyDomain(&domain);
    for (std::uint8_t i = 0; i < 2; ++i) {
      a[i] = attach(first, i);
      b[i] = attach(second, i);
      map(i, {{&first, a[i]}, {&second, b[i]}});
    }
  }

  scsi::Nexus* attach(scsi::Disk& disk, std::uint8_t initiatorNumber) {
    scsi::Nexus* nexus = disk.attach(initiator(initiatorNumber));
    nexus->attentions.take();
    return nexus;
  }
  void map(std::uint8_t i, std::vector<scsi::CopyUnit> units) {
    directory.maps[a[i]] = units;
    directory.maps[b[i]] = std::move(units);
  }
  std::unique_ptr<TestCommand> run(scsi::Disk& disk, scsi::Nexus* nexus, std::string_view cdb, base::Bytes out = {}) {
    auto command = std::make_unique<TestCommand>();
    command->bytes = hex(cdb);
    command->cdb = command->bytes;
    command->nexus = nexus;
    command->setDataOut(std::move(out));
    disk.execute(*command, now);
    return command;
  }
  // A command with a parameter list, whose length is put into the CDB at byte 10.
  std::unique_ptr<TestCommand> send(scsi::Disk& disk, scsi::Nexus* nexus, std::string_view cdb, base::Bytes list) {
    auto command = std::make_unique<TestCommand>();
    command->bytes = hex(cdb);
    base::storeU32(&command->bytes[10], static_cast<std::uint32_t>(list.size()));
    command->cdb = command->bytes;
    command->nexus = nexus;
    command->setDataOut(std::move(list), 3);
    disk.execute(*command, now);
    return command;
  }
  std::unique_ptr<TestCommand> copy(base::Bytes list, scsi::Nexus* nexus = nullptr) {
    return send(first, nexus == nullptr ? a[0] : nexus, kExtendedCopy, std::move(list));
  }
  std::string dataOf(scsi::Disk& disk, scsi::Nexus* nexus, std::string_view cdb) {
    return text(run(disk, nexus, cdb)->received());
  }
  void runTimers() {
    for (int i = 0; i < 1000; ++i) {
      const base::TimePoint next = std::min(first.nextDeadline(), second.nextDeadline());
      if (next == base::kNever) return;
      now.mono = std::max(now.mono, next);
      first.onTimer(now);
      second.onTimer(now);
    }
    ADD_FAILURE() << "timers never rest";
  }

  static constexpr const char* kExtendedCopy = "83 00 0000000000000000 00000000 00 00";
  static constexpr const char* kExtendedCopy4 = "83 01 0000000000000000 00000000 00 00";

  Directory directory;
  std::uint8_t nextRandom = 0;
  bool noRandom = false;
  scsi::CopyDomain domain{directory, [this](std::span<std::uint8_t> out) {
                            for (std::uint8_t& byte : out) byte = ++nextRandom;
                            return !noRandom;
                          }};
  scsi::BufferPool pool{8U << 20, 4096};
  std::unique_ptr<MemoryDevice> firstDevice;
  std::unique_ptr<MemoryDevice> secondDevice;
  scsi::Disk first;
  scsi::Disk second;
  base::Now now{base::TimePoint{}, base::WallTime{std::chrono::seconds{1700000000}}};
  scsi::Nexus* a[2] = {};  // of `first`, for each initiator
  scsi::Nexus* b[2] = {};  // of `second`
};

struct Segment {
  std::uint16_t from, to, blocks;
  std::uint64_t fromLba, toLba;
  std::uint8_t flags = 0;
};

inline base::Bytes cscd(const scsi::UnitIdentity& identity, std::uint32_t blockSize = 0) {
  base::Bytes out(32);
  out[0] = 0xe4;
  out[4] = 1;
  out[5] = 3;
  out[7] = static_cast<std::uint8_t>(identity.naa.size());
  std::copy(identity.naa.begin(), identity.naa.end(), out.begin() + 8);
  base::storeU32(&out[28], blockSize);
  return out;
}
inline base::Bytes segmentBytes(const Segment& s) {
  base::Bytes out;
  base::ByteWriter w(out);
  w.u8(0x02);
  w.u8(s.flags);
  w.u16(24);
  w.u16(s.from);
  w.u16(s.to);
  w.u16(0);
  w.u16(s.blocks);
  w.u64(s.fromLba);
  w.u64(s.toLba);
  return out;
}
// EXTENDED COPY(LID1): CSCDs 0 and 1 are the two units.
inline base::Bytes copyList(const std::vector<Segment>& segments, std::uint8_t id = 1, std::uint8_t use = 0) {
  base::Bytes out;
  base::ByteWriter w(out);
  w.u8(id);
  w.u8(static_cast<std::uint8_t>(use << 3));
  w.u16(64);
  w.u32(0);
  w.u32(static_cast<std::uint32_t>(segments.size() * 28));
  w.u32(0);
  w.bytes(cscd(named(1)));
  w.bytes(cscd(named(2)));
  for (const Segment& s : segments) w.bytes(segmentBytes(s));
  return out;
}
inline base::Bytes copyList4(const std::vector<Segment>& segments, std::uint32_t id, bool immediate) {
  base::Bytes out(48);
  out[0] = 0x01;
  out[3] = 0x20;
  out[15] = immediate ? 1 : 0;
  out[16] = 0xff;
  base::storeU32(&out[20], id);
  base::storeU16(&out[42], 64);
  base::storeU16(&out[44], static_cast<std::uint16_t>(segments.size() * 28));
  base::append(out, cscd(named(1)));
  base::append(out, cscd(named(2)));
  for (const Segment& s : segments) base::append(out, segmentBytes(s));
  return out;
}

}  // namespace scsi_test
