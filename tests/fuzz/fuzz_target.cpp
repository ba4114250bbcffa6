// The target core with a real disk in memory: sessions of one or two connections, and bytes from strangers.
//
// The first byte chooses the digests, who answers when, and what is negotiated; the second whether the bytes that
// follow are raw ones from the start of a connection or records. Records: operation, connection, then what the
// operation takes: commands, data, functions, pings, texts, logouts, raw PDUs, answers of the device, time, losses,
// output that stays in its queue. Numbers that would be right are at hand, so that the input need only say where it
// differs. Rules: what comes out can be read, StatSN has no gap, MaxCmdSN never falls, nobody is answered twice or
// after his abort was confirmed, R2Ts stay within their write, output is bounded, an idle session has its whole window,
// and in the end no session, command or memory is left.
#include <array>
#include <memory>
#include <vector>

#include "agent/iscsi/ahs.h"
#include "agent/iscsi/serial.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/disk_units.h"
#include "tests/support/target_world.h"

namespace {

using namespace iscsi;

constexpr std::uint32_t kWindow = 16;
constexpr std::size_t kHighWater = 16384;
constexpr std::uint32_t kSegment = 8192;

iscsi::SessionLimits sessionLimits() {
  SessionLimits limits;
  limits.commandWindow = kWindow;
  limits.outputHighWater = kHighWater;
  return limits;
}

class Peer;

class World {
 public:
  explicit World(std::uint8_t chosen);
  ~World() { finish(); }
  void raw(base::ByteView bytes);
  void records(base::ByteReader reader);

  std::uint8_t mode;
  iscsi_test::DiskUnits::Shared shared{128, 512, 1U << 20, settings()};
  iscsi_test::LaterDevice& device = shared.device;
  iscsi_test::TargetWorld target;
  std::array<std::unique_ptr<Peer>, 2> peers;
  std::uint32_t cmdSn = 1;  // of the next command

 private:
  static scsi::DiskSettings settings() {
    scsi::DiskSettings settings;
    settings.maxCommands = 32;
    return settings;
  }
  void step(std::uint8_t operation, Peer& peer, base::ByteReader& in);
  void connect(std::size_t which, std::uint16_t cid, std::uint16_t tsih);
  void settle();
  void finish();
};

class Peer final : private ConnectionDriver {
 public:
  Peer(World& world, std::uint16_t number) : cid(number), world_(world) { connection = world.target.connect(*this); }

  // All that waits, cut by its own reader; then the connection may be over.
  void take() {
    PduWriter& output = connection->output();
    std::array<base::ByteView, 64> views;
    while (!output.empty()) {
      const std::size_t count = output.gather(views);
      base::Bytes bytes;
      for (std::size_t i = 0; i < count; ++i) base::append(bytes, views[i]);
      output.sent(bytes.size());
      connection->onSent();
      if (!readable) continue;
      fuzz::check(reader_.feed(bytes, *this) == bytes.size(), "what comes out is taken");
    }
  }
  void give(base::ByteView bytes) {
    if (cut != 0 && bytes.size() > cut) {
      rest = base::Bytes(bytes.begin() + static_cast<std::ptrdiff_t>(cut), bytes.end());
      bytes = bytes.first(cut);
    }
    cut = 0;
    feed(bytes);
  }
  void giveRest() { feed(std::exchange(rest, {})); }

  template <class Pdu>
  void send(const Pdu& pdu, base::ByteView data, base::ByteView ahs = {}) {
    if (!rest.empty()) giveRest();
    PduWriter writer;
    writer.setDigests(digests);
    std::array<DataPart, 1> part{DataPart{data, {}}};
    static_cast<void>(writer.write(pdu, ahs, std::span<DataPart>(part)));
    std::array<base::ByteView, 16> views;
    base::Bytes bytes;
    const std::size_t count = writer.gather(views);
    for (std::size_t i = 0; i < count; ++i) base::append(bytes, views[i]);
    // What the rules are about must stay what was written down.
    const bool text = (bytes[0] & 0x3f) == 0x03 || (bytes[0] & 0x3f) == 0x04;
    if (damage < bytes.size() && !text && (digests.header || damage >= kBhsSize)) bytes[damage] ^= 0x10;
    damage = SIZE_MAX;
    give(bytes);
  }
  void login(std::uint16_t tsih, std::uint8_t isid, std::uint32_t cmdSn, std::uint8_t mode) {
    base::Bytes text;
    TextWriter out(text);
    out.pair(Key::InitiatorName, "iqn.2001-04.com.example:host");
    out.pair(Key::TargetName, "iqn.2001-04.com.example:disk");
    if ((mode & 0x01) != 0) out.pair(Key::HeaderDigest, "CRC32C");
    if ((mode & 0x02) != 0) out.pair(Key::DataDigest, "CRC32C");
    if (tsih == 0) {
      out.pair(Key::MaxConnections, "2");
      out.pair(Key::InitialR2T, (mode & 0x20) != 0 ? "No" : "Yes");
      out.pair(Key::ImmediateData, (mode & 0x40) != 0 ? "No" : "Yes");
      out.pair(Key::FirstBurstLength, "4096");
      out.pair(Key::MaxBurstLength, "8192");
      out.pair(Key::MaxOutstandingR2T, "4");
      out.pair(Key::DefaultTime2Wait, "0");
    }
    out.pair(Key::MaxRecvDataSegmentLength, "2048");
    LoginRequest request;
    request.transit = true;
    request.csg = 1;
    request.nsg = 3;
    request.isid = {0x80, 0, 0, 0, 0, isid};
    request.tsih = tsih;
    request.cid = cid;
    request.cmdSn = cmdSn;
    request.dataSegmentLength = static_cast<std::uint32_t>(text.size());
    send(request, text);
    take();
    if (!connection->fullFeature()) return;
    digests = {(mode & 0x01) != 0, (mode & 0x02) != 0};
    reader_.configure({digests, 2048});
  }

  Placement onHeader(const PduHead& head) {
    data_.resize(head.basic.dataSegmentLength);
    return Placement::into(data_);
  }
  bool onPdu(const PduHead& head, DataVerdict verdict);
  void onFault(const ReadFault&) { fuzz::check(false, "what comes out can be read"); }

  struct Sent {
    std::uint32_t itt = 0;
    std::uint32_t cmdSn = 0;
    std::uint32_t length = 0;
    bool lunZero = false;
    bool immediate = false;
  };
  struct Aborting {
    std::uint32_t itt = 0;
    TaskManagementRequest request;
    std::size_t before = 0;  // commands that were sent before it, as a count of all
  };
  std::unique_ptr<TargetConnection> connection;
  std::uint16_t cid;
  Digests digests;
  bool readable = true;
  bool reads = true;
  base::Bytes rest;
  std::size_t cut = 0;
  std::size_t damage = SIZE_MAX;
  std::vector<std::pair<std::size_t, Sent>> sent;  // with the number of each
  std::size_t sentEver = 0;
  std::vector<Aborting> aborting;
  std::vector<R2t> wanted;
  std::uint32_t expStatSn = 0;

 private:
  void feed(base::ByteView bytes) {
    for (int i = 0; i < 64 && !bytes.empty() && !connection->closing(); ++i) {
      const std::span<std::uint8_t> place = connection->wanted();
      if (place.size() > 16 && bytes.size() > 16) {
        const std::size_t size = std::min(place.size(), bytes.size());
        std::copy_n(bytes.begin(), size, place.begin());
        bytes = bytes.subspan(size);
        connection->onPlaced(size, world_.target.now);
      } else {
        bytes = bytes.subspan(connection->onBytes(bytes, world_.target.now));
      }
      if (reads || !connection->wantsInput()) take();
    }
  }
  void attend() override {}
  void onLoggedIn(TargetSession&) override {}
  void onLoginRefused(const LoginFailure&, const AgreedLogin&) override {}
  void onFault(std::string_view why) override { fuzz::check(!why.empty(), "a fault has a reason"); }

  World& world_;
  PduReader reader_;
  base::Bytes data_;
  bool numbered_ = false;
  std::uint32_t statSn_ = 0;
  bool windowKnown_ = false;
  std::uint32_t maxCmdSn_ = 0;
};

bool Peer::onPdu(const PduHead& head, DataVerdict verdict) {
  fuzz::check(verdict == DataVerdict::Right, "data digests are right");
  const BhsView bhs = head.bhs();
  const auto opcode = static_cast<Opcode>(head.basic.opcode);
  const std::uint32_t itt = head.basic.initiatorTaskTag;
  if (opcode == Opcode::LoginResponse) {
    const auto response = LoginResponse::decode(bhs);
    fuzz::check(response.has_value(), "a Login Response can be read");
    if (response->status == LoginStatus::Success) {
      statSn_ = response->statSn + 1;
      numbered_ = true;
    }
    return true;
  }
  const auto dataIn = DataIn::decode(bhs);
  const auto r2t = R2t::decode(bhs);
  const auto nop = NopIn::decode(bhs);
  const bool status = opcode == Opcode::DataIn  ? dataIn && dataIn->hasStatus
                      : opcode == Opcode::R2t   ? false
                      : opcode == Opcode::NopIn ? itt != kReservedTag
                                                : true;
  if (numbered_ && (status || opcode == Opcode::R2t || opcode == Opcode::NopIn)) {
    fuzz::check(loadWord(bhs, at::kStatSn) == statSn_, "StatSN has no gap");
    if (status) ++statSn_;
  }
  expStatSn = statSn_;
  const std::uint32_t exp = loadWord(bhs, at::kExpCmdSn);
  const std::uint32_t max = loadWord(bhs, at::kMaxCmdSn);
  fuzz::check(serialLessEqual(exp - 1, max), "MaxCmdSN is at least ExpCmdSN - 1");
  fuzz::check(!windowKnown_ || serialLessEqual(maxCmdSn_, max), "MaxCmdSN never falls");
  windowKnown_ = true;
  maxCmdSn_ = max;

  const auto find = [&] {
    return std::find_if(sent.begin(), sent.end(), [&](const auto& one) { return one.second.itt == itt; });
  };
  switch (opcode) {
    case Opcode::DataIn:
      fuzz::check(dataIn.ok(), "a Data-In can be read");
      fuzz::check(find() != sent.end(), "data belongs to a command that is not answered");
      fuzz::check(head.basic.dataSegmentLength <= 2048, "a segment is no longer than the initiator takes");
      if (status) sent.erase(find());
      break;
    case Opcode::ScsiResponse:
      fuzz::check(ScsiResponse::decode(bhs).ok(), "a SCSI Response can be read");
      fuzz::check(find() != sent.end(), "a command is answered once, and not after its abort");
      sent.erase(find());
      break;
    case Opcode::R2t: {
      fuzz::check(r2t.ok(), "an R2T can be read");
      const auto one = find();
      fuzz::check(one != sent.end(), "an R2T belongs to a command that is not answered");
      const auto more = std::find_if(std::next(one), sent.end(), [&](const auto& o) { return o.second.itt == itt; });
      if (more == sent.end()) {
        fuzz::check(r2t->bufferOffset + std::uint64_t{r2t->desiredDataTransferLength} <= one->second.length,
                    "an R2T stays within its write");
      }
      fuzz::check(r2t->desiredDataTransferLength <= 8192, "an R2T is no longer than a burst");
      wanted.push_back(*r2t);
      break;
    }
    case Opcode::TaskManagementResponse: {
      const auto response = TaskManagementResponse::decode(bhs);
      fuzz::check(response.ok(), "a Task Management Response can be read");
      const auto function =
          std::find_if(aborting.begin(), aborting.end(), [&](const Aborting& one) { return one.itt == itt; });
      fuzz::check(function != aborting.end(), "a function is answered once");
      const TaskManagementRequest request = function->request;
      const std::size_t before = function->before;
      aborting.erase(function);
      if (response->response != TaskManagementResponseCode::FunctionComplete) break;
      using F = TaskManagementFunction;
      std::erase_if(sent, [&](const auto& one) {
        if (one.first >= before) return false;
        if (request.function == F::AbortTask) return one.second.itt == request.referencedTaskTag;
        const bool set = request.function == F::AbortTaskSet || request.function == F::ClearTaskSet;
        return set && one.second.lunZero && serialLess(one.second.cmdSn, request.cmdSn);
      });
      break;
    }
    case Opcode::NopIn:
      fuzz::check(nop.ok(), "a NOP-In can be read");
      break;
    case Opcode::TextResponse:
    case Opcode::LogoutResponse:
    case Opcode::Reject:
    case Opcode::AsyncMessage:
      break;
    default:
      fuzz::check(false, "a target sends that");
  }
  return true;
}

World::World(std::uint8_t chosen)
    : mode(chosen),
      target([this](TargetSession& session) { return std::make_unique<iscsi_test::DiskUnits>(session, shared); },
             sessionLimits()) {
  device.later = (mode & 0x04) != 0;
  device.views = (mode & 0x08) != 0;
  Wishes& wishes = target.access.wishes;
  fuzz::check(wishes.set(Key::MaxConnections, 2) && wishes.set(Key::MaxRecvDataSegmentLength, kSegment) &&
                  wishes.set(Key::MaxOutstandingR2T, 4) && wishes.set(Key::InitialR2T, 0) &&
                  wishes.set(Key::HeaderDigest, {"CRC32C", "None"}) && wishes.set(Key::DataDigest, {"CRC32C", "None"}),
              "wishes");
  device.bytes.assign(device.bytes.size(), 0x5a);
}

void World::raw(base::ByteView bytes) {
  peers[0] = std::make_unique<Peer>(*this, std::uint16_t{0});
  Peer& peer = *peers[0];
  peer.readable = false;  // digests may be agreed on
  while (!bytes.empty() && !peer.connection->closing()) {
    const std::size_t size = std::min<std::size_t>(bytes.size(), 1 + bytes[0]);
    peer.give(bytes.first(size));
    bytes = bytes.subspan(size);
  }
}

void World::connect(std::size_t which, std::uint16_t cid, std::uint16_t tsih) {
  if (peers[which] != nullptr) peers[which]->connection->onGone(target.now);
  peers[which] = std::make_unique<Peer>(*this, cid);
  if (tsih == 0) cmdSn = 1;
  peers[which]->login(tsih, 1, cmdSn, mode);
  if (tsih != 0) return;
  // The old session is gone, and with it the other connection.
  for (auto& peer : peers) {
    if (peer != nullptr && peer->connection->closing()) peer->take();
  }
}

void World::records(base::ByteReader in) {
  connect(0, 0, 0);
  if ((mode & 0x10) != 0 && peers[0]->connection->session() != nullptr) {
    connect(1, 1, peers[0]->connection->session()->login().tsih);
  }
  for (int i = 0; i < 400 && in.remaining() != 0; ++i) {
    const std::uint8_t operation = in.u8();
    Peer* peer = peers[operation >> 7].get();
    if (peer == nullptr) peer = peers[0].get();
    step(operation & 0x1f, *peer, in);
    settle();
  }
}

// What a loop does between turns.
void World::settle() {
  for (auto& peer : peers) {
    if (peer == nullptr) continue;
    if (peer->reads) peer->take();
    fuzz::check(peer->connection->output().size() < (1U << 20), "output is bounded");
    if (peer->connection->closing() && !peer->reads) peer->take();
  }
  if (scsi::Disk& disk = shared.unit.disk(); disk.nextDeadline() <= target.now) disk.onTimer({target.now, {}});
  target.directory.sweep();
}

void World::step(std::uint8_t operation, Peer& peer, base::ByteReader& in) {
  const base::Bytes zeros(32768, 0xa5);
  const std::uint8_t flags = in.u8();
  const std::uint32_t itt = 1 + (in.u8() & 15U);
  const auto number = [&](bool immediate) {
    // Two bits: the next, the next but one, the one before, any.
    const std::uint32_t wrong = (flags >> 5) & 3;
    if (immediate || wrong == 3) return cmdSn;
    if (wrong == 2) return cmdSn - 1;
    if (wrong == 1) return cmdSn++ + 1;
    return cmdSn++;
  };
  switch (operation) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
    case 5: {
      ScsiCommand command;
      command.immediate = (flags & 0x80) != 0;
      command.attribute = static_cast<TaskAttribute>(in.u8() % 5);
      command.initiatorTaskTag = itt;
      const std::uint8_t lba = in.u8();
      const std::uint8_t blocks = in.u8() & 63;
      const std::uint8_t shape = in.u8();
      command.final = (shape & 0x01) == 0;
      command.read = operation == 1;
      command.write = operation == 0 || operation == 5;
      static constexpr std::uint8_t kOpcodes[] = {0x2a, 0x28, 0x00, 0x12, 0x00, 0x41};
      command.cdb[0] = kOpcodes[operation];
      command.cdb[5] = lba;
      command.cdb[8] = blocks;
      std::uint32_t length = command.read || operation == 0 ? blocks * 512U : 0U;
      if (operation == 5) length = 512;
      if (operation == 3) {
        command.read = true;
        command.cdb = {0x12, 0, 0, 0, blocks};
        length = blocks;
      }
      base::Bytes ahs;
      if (operation == 4) {
        const base::ByteView cdb = in.bytes(std::min<std::size_t>(16, in.remaining()));
        std::copy(cdb.begin(), cdb.end(), command.cdb.begin());
        command.read = (shape & 0x10) != 0;
        command.write = (shape & 0x20) != 0;
        length = in.u16();
        if (command.read && command.write) ahs = {0, 5, 2, 0, 0, 0, 0x10, 0};
      }
      if ((shape & 0x02) != 0) length = in.u16();
      if (!command.read && !command.write) length = 0;
      command.expectedDataTransferLength = length;
      std::uint32_t immediate = 0;
      if (command.write && (mode & 0x40) == 0 && (shape & 0x04) != 0) immediate = std::min(length, 4096U);
      if ((shape & 0x08) != 0) immediate = std::min<std::uint32_t>(in.u16(), kSegment);
      if (!command.write) command.final = true;
      command.lun[1] = (shape & 0xc0) == 0xc0 ? 1 : 0;
      command.cmdSn = number(command.immediate);
      command.expStatSn = peer.expStatSn;
      peer.sent.push_back({peer.sentEver++, {itt, command.cmdSn, length, command.lun[1] == 0, command.immediate}});
      peer.send(command, base::ByteView(zeros).first(immediate), ahs);
      break;
    }
    case 6:
    case 7:
    case 8:
    case 9: {
      DataOut data;
      data.initiatorTaskTag = itt;
      std::uint32_t length = in.u8() * 32U;
      if (!peer.wanted.empty() && operation != 9) {
        const R2t r2t = peer.wanted.front();
        data.initiatorTaskTag = r2t.initiatorTaskTag;
        data.targetTransferTag = r2t.targetTransferTag;
        data.lun = r2t.lun;
        data.bufferOffset = r2t.bufferOffset;
        length = r2t.desiredDataTransferLength;
        data.final = true;
        if (operation == 8) {  // a part of it
          length = std::min<std::uint32_t>(length, 512);
          data.final = length == r2t.desiredDataTransferLength;
          peer.wanted.front().bufferOffset += length;
          peer.wanted.front().desiredDataTransferLength -= length;
          data.dataSn = peer.wanted.front().r2tSn & 0xff;
        } else {
          peer.wanted.erase(peer.wanted.begin());
        }
        if ((flags & 0x01) != 0) data.bufferOffset += 4;
        if ((flags & 0x02) != 0) data.dataSn += 1;
        if ((flags & 0x04) != 0) data.final = !data.final;
        if ((flags & 0x08) != 0) length += 16;
      } else {
        data.bufferOffset = in.u16();
        data.dataSn = in.u8();
        data.final = (flags & 1) != 0;
        if ((flags & 2) != 0) data.targetTransferTag = in.u8();
      }
      peer.send(data, base::ByteView(zeros).first(std::min(length, kSegment)));
      break;
    }
    case 10:
    case 11: {
      TaskManagementRequest request;
      request.immediate = (flags & 0x80) == 0;
      request.function = static_cast<TaskManagementFunction>(flags & 0x0f);
      request.initiatorTaskTag = 0x100 + itt;
      if (request.function == TaskManagementFunction::AbortTask ||
          request.function == TaskManagementFunction::QueryTask) {
        request.referencedTaskTag = 1 + (in.u8() & 15U);
        request.refCmdSn = cmdSn - (in.u8() & 7U);
      }
      request.cmdSn = number(request.immediate);
      request.expStatSn = peer.expStatSn;
      peer.aborting.push_back({request.initiatorTaskTag, request, peer.sentEver});
      peer.send(request, {});
      break;
    }
    case 12: {
      NopOut nop;
      nop.immediate = (flags & 0x80) == 0;
      nop.initiatorTaskTag = (flags & 1) != 0 ? kReservedTag : 0x200 + itt;
      if ((flags & 1) != 0) nop.immediate = true;
      nop.cmdSn = number(nop.immediate);
      nop.expStatSn = peer.expStatSn;
      peer.send(nop, base::ByteView(zeros).first((flags & 1) != 0 ? 0 : in.u8()));
      break;
    }
    case 13: {
      TextRequest text;
      text.final = (flags & 1) != 0;
      text.continues = (flags & 2) != 0;
      text.immediate = (flags & 0x80) == 0;
      text.initiatorTaskTag = 0x300 + (itt & 1);
      text.targetTransferTag = (flags & 4) != 0 ? 1 : kReservedTag;
      text.cmdSn = number(text.immediate);
      const std::size_t size = in.u8();
      static constexpr std::string_view kTexts[] = {"SendTargets=All", "SendTargets=", "MaxRecvDataSegmentLength=2048",
                                                    "X-a=b"};
      base::Bytes bytes;
      if (size < 4) {
        base::append(bytes, base::asBytes(kTexts[size]));
        bytes.push_back(0);
      } else {
        const base::ByteView given = in.bytes(std::min(size, in.remaining()));
        bytes.assign(given.begin(), given.end());
      }
      peer.send(text, bytes);
      break;
    }
    case 14: {
      LogoutRequest logout;
      logout.immediate = (flags & 0x80) == 0;
      logout.reason = static_cast<LogoutReason>(flags & 3);
      logout.initiatorTaskTag = 0x400 + itt;
      logout.cid = in.u8() & 3;
      logout.cmdSn = number(logout.immediate);
      peer.send(logout, {});
      break;
    }
    case 15: {
      base::Bytes header(kBhsSize);
      const base::ByteView given = in.bytes(std::min(kBhsSize, in.remaining()));
      std::copy(given.begin(), given.end(), header.begin());
      const std::size_t size = std::min<std::size_t>(in.u8(), in.remaining());
      struct Raw {
        base::ByteView from;
        void encode(BhsSpan bhs) const { std::copy(from.begin(), from.end(), bhs.begin()); }
      };
      // It may be anything, so any answer to it is right.
      const auto any = BasicHeader::load(BhsView(header.data(), kBhsSize));
      if (any.is(Opcode::ScsiCommand)) {
        peer.sent.push_back({peer.sentEver++, {any.initiatorTaskTag, 0, 0xffffffff, false, true}});
      }
      if (any.is(Opcode::TaskManagementRequest)) {
        TaskManagementRequest request;
        request.function = TaskManagementFunction::QueryTask;
        peer.aborting.push_back({any.initiatorTaskTag, request, 0});
      }
      if ((any.is(Opcode::TextRequest) || any.is(Opcode::LoginRequest))) break;  // parameters would change
      peer.send(Raw{header}, in.bytes(size));
      break;
    }
    case 16:
      device.answer(flags);
      break;
    case 17:
      device.later = !device.later;
      break;
    case 18:
      peer.reads = !peer.reads;
      break;
    case 19:
      peer.cut = flags;
      break;
    case 20:
      peer.giveRest();
      break;
    case 21:
      peer.damage = flags;
      break;
    case 22:
      target.advance(std::chrono::seconds(flags & 63));
      for (auto& one : peers) {
        if (one != nullptr) one->connection->onTimer(target.now);
      }
      break;
    case 23:
      peer.connection->onGone(target.now);
      break;
    case 24:
      connect(0, 0, 0);
      break;
    case 25: {
      const auto& first = peers[0]->connection;
      if (first->session() == nullptr) break;
      connect(1, static_cast<std::uint16_t>(flags & 3), first->session()->login().tsih);
      break;
    }
    case 26:
      if (TargetSession* const session = peer.connection->session()) session->clearWaiting(0);
      break;
    case 27:
      if (TargetSession* const session = peer.connection->session()) session->requestLogout(3);
      break;
    case 28:
      if (TargetSession* const session = peer.connection->session()) session->close(SessionEnd::Dropped);
      break;
    case 29:
      shared.memoryBound = flags * 1024U;
      break;
    default:
      break;
  }
}

void World::finish() {
  device.later = false;
  for (int i = 0; i < 4096 && !device.waiting.empty(); ++i) device.answer(0);
  for (auto& peer : peers) {
    if (peer == nullptr) continue;
    if (!peer->rest.empty()) peer->giveRest();
    peer->take();
  }
  target.directory.forEach([&](TargetSession& session) {
    if (session.tasks() != 0) return;
    const CommandWindow& window = session.window();
    fuzz::check(window.active() == 0, "an idle session has given all credits back");
    fuzz::check(window.maxCmdSn() + 1 - window.expCmdSn() >= kWindow, "an idle session has its whole window");
  });
  for (auto& peer : peers) {
    if (peer != nullptr) peer->connection->onGone(target.now);
  }
  for (int i = 0; i < 4 && !device.waiting.empty(); ++i) device.answer(0);
  target.advance(std::chrono::hours(2));
  target.directory.sweep();
  fuzz::check(target.directory.empty(), "no session is left");
  fuzz::check(shared.commands == 0, "no command is left");
  fuzz::check(shared.memoryInUse == 0, "no memory of writes is left");
  fuzz::check(shared.pool.chunksInUse() == 0, "no memory of the unit is left");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  World world(data[0]);
  if ((data[1] & 3) == 3) {
    world.raw({data + 2, size - 2});
  } else {
    world.records(base::ByteReader({data + 1, size - 1}));
  }
  return 0;
}
