#include "tests/unit/iscsi/session_bench.h"

#include <algorithm>
#include <cstdio>

#include "agent/iscsi/sense_segment.h"

namespace iscsi_test {
namespace {

std::string hexByte(unsigned value) {
  char text[8];
  std::snprintf(text, sizeof text, "%02x", value);
  return text;
}

std::string residualText(const Residual& residual, std::string_view o = " O=", std::string_view u = " U=") {
  if (residual.overflow) return std::string(o) + std::to_string(residual.count);
  if (residual.underflow) return std::string(u) + std::to_string(residual.count);
  return {};
}

}  // namespace

const base::Bytes& pattern() {
  static const base::Bytes bytes = [] {
    base::Bytes made(std::size_t{4} << 20);
    for (std::size_t i = 0; i < made.size(); ++i) made[i] = patternAt(i);
    return made;
  }();
  return bytes;
}

// ---- Units ---------------------------------------------------------------------------------------------------------

bool FakeUnits::begin(TargetTask& task, UnitMoves& moves) {
  if (!log_.room) return false;
  task.unit = new Command;
  ++log_.commands;
  const std::uint32_t length = base::loadU32(task.cdb().data() + 2);
  if (task.cdb()[0] == kTestRead) moves.in = length;
  if (task.cdb()[0] == kTestWrite) moves.out = length;
  return true;
}

bool FakeUnits::reserve(TargetTask& task, std::uint32_t bytes) {
  if (bytes > log_.memory) return false;
  task.dataOut = {new std::uint8_t[bytes], bytes};
  ++log_.reserved;
  return true;
}

void FakeUnits::execute(TargetTask& task) {
  log_.executed.push_back(task.itt);
  log_.written[task.itt].assign(task.dataOut.begin(), task.dataOut.end());
  executing_.push_back(&task);
  if (!log_.answersLater) finish(task.itt);
}

TargetTask& FakeUnits::takeExecuting(std::uint32_t itt) {
  const auto at =
      std::find_if(executing_.begin(), executing_.end(), [&](const TargetTask* t) { return t->itt == itt; });
  if (at == executing_.end()) throw std::logic_error("no such command at the unit");
  TargetTask& task = **at;
  executing_.erase(at);
  return task;
}

void FakeUnits::finish(std::uint32_t itt) {
  TargetTask& task = takeExecuting(itt);
  auto& command = *static_cast<Command*>(task.unit);
  const std::size_t length = task.cdb()[0] == kTestRead ? base::loadU32(task.cdb().data() + 2) : 0;
  UnitAnswer answer;
  answer.status = log_.status;
  answer.sense = log_.sense;
  for (std::size_t i = 0; i < log_.parts && length != 0; ++i) {
    const std::size_t from = length * i / log_.parts;
    command.dataIn.push_back(base::ByteView(pattern()).subspan(from, length * (i + 1) / log_.parts - from));
  }
  if (log_.status == 0 || log_.dataWithStatus) answer.dataIn = command.dataIn;
  session_.completed(task, answer);
}

void FakeUnits::abort(TargetTask& task) {
  log_.aborted.push_back(task.itt);
  if (!log_.abortsLater) finishAbort(task.itt);
  for (const std::uint32_t itt : std::exchange(log_.abortFrees, {})) {
    const auto is = [itt](const TargetTask* other) { return other->itt == itt; };
    if (std::any_of(functions_.begin(), functions_.end(), is)) {
      finishFunction(itt);
    } else {
      finish(itt);
    }
  }
}

void FakeUnits::finishAbort(std::uint32_t itt) {
  UnitAnswer answer;
  answer.aborted = true;
  session_.completed(takeExecuting(itt), answer);
}

void FakeUnits::release(TargetTask& task) {
  if (!task.dataOut.empty()) {
    delete[] std::exchange(task.dataOut, {}).data();
    --log_.reserved;
  }
  if (task.unit == nullptr) return;
  delete static_cast<Command*>(std::exchange(task.unit, nullptr));
  --log_.commands;
}

void FakeUnits::leave() { ++log_.left; }

void FakeUnits::manage(TargetTask& function, TargetTask* referenced) {
  const TaskManagementRequest& request = function.function();
  std::string line(nameOf(request.function));
  if (referenced != nullptr) line += " of " + std::to_string(referenced->itt);
  log_.functions.push_back(line);
  functions_.push_back(&function);
  const std::vector<TargetTask*> now = executing_;
  for (TargetTask* const task : now) {
    const bool hit = referenced != nullptr ? task == referenced : task->lun == function.lun;
    if (hit && !log_.abortsLater) finishAbort(task->itt);
  }
  if (!log_.functionsLater) finishFunction(function.itt);
}

void FakeUnits::finishFunction(std::uint32_t itt) {
  const auto at =
      std::find_if(functions_.begin(), functions_.end(), [&](const TargetTask* t) { return t->itt == itt; });
  if (at == functions_.end()) throw std::logic_error("no such function at the unit");
  TargetTask& function = **at;
  functions_.erase(at);
  session_.managed(function, TaskManagementResponseCode::FunctionComplete);
}

// ---- Peers ---------------------------------------------------------------------------------------------------------

Peer::Peer(Bench& whole, std::uint16_t number) : bench(whole), cid(number), cmdSn(&ownCmdSn_) {
  connection = bench.world.connect(*this);
}

bool Peer::login(std::initializer_list<std::string_view> keys, std::uint16_t tsih) {
  sendLogin(keys, tsih, true, true);
  return connection->fullFeature();
}

Lines Peer::beginLogin() { return sendLogin({}, 0, true, false); }

Lines Peer::finishLogin() { return sendLogin({}, 0, false, true); }

Lines Peer::sendLogin(std::initializer_list<std::string_view> keys, std::uint16_t tsih, bool names, bool transit) {
  std::vector<std::string> pairs;
  if (names) pairs.emplace_back("InitiatorName=iqn.2001-04.com.example:host");
  if (names && !bench.target.empty()) pairs.push_back("TargetName=" + bench.target);
  if (names && bench.discovery) pairs.emplace_back("SessionType=Discovery");
  base::Bytes bytes;
  const auto add = [&](std::string_view pair) {
    base::append(bytes, base::asBytes(pair));
    bytes.push_back(0);
  };
  for (const std::string& pair : pairs) add(pair);
  for (const std::string_view key : keys) {
    add(key);
    if (key == "HeaderDigest=CRC32C") digests.header = true;
    if (key == "DataDigest=CRC32C") digests.data = true;
  }
  LoginRequest request;
  request.transit = transit;
  request.csg = 1;
  request.nsg = transit ? 3 : 1;
  request.isid = {0x80, 0, 0, 0, 0, bench.isid};
  request.tsih = tsih;
  request.cid = cid;
  request.cmdSn = *cmdSn;
  request.dataSegmentLength = static_cast<std::uint32_t>(bytes.size());
  const Digests agreed = std::exchange(digests, {});
  send(request, bytes);
  Lines answer = take();
  digests = agreed;
  if (transit) reader_.configure({digests, 1U << 24});
  return answer;
}

void Peer::give(base::ByteView bytes) {
  // As a driver does it: what belongs into a place is put there.
  while (!bytes.empty()) {
    const std::span<std::uint8_t> place = connection->wanted();
    if (const std::size_t size = std::min(place.size(), bytes.size()); size > 64) {
      std::copy_n(bytes.begin(), size, place.begin());
      connection->onPlaced(size, bench.world.now);
      bytes = bytes.subspan(size);
      continue;
    }
    const std::size_t used = connection->onBytes(bytes, bench.world.now);
    if (used == 0) break;
    bytes = bytes.subspan(used);
  }
  EXPECT_TRUE(bytes.empty()) << "not all was taken";
}

ScsiCommand Peer::command(std::uint32_t itt, std::uint8_t opcode, std::uint32_t length) {
  ScsiCommand command;
  command.initiatorTaskTag = itt;
  command.read = opcode == kTestRead;
  command.write = opcode == kTestWrite;
  command.expectedDataTransferLength = length;
  command.cdb[0] = opcode;
  base::storeU32(command.cdb.data() + 2, length);
  command.cmdSn = (*cmdSn)++;
  command.expStatSn = expStatSn;
  return command;
}

DataOut Peer::dataOut(std::uint32_t itt, std::uint32_t offset, std::uint32_t length, bool final, std::uint32_t dataSn) {
  DataOut pdu;
  pdu.final = final;
  pdu.initiatorTaskTag = itt;
  if (tags.contains(itt)) pdu.targetTransferTag = tags[itt];
  pdu.dataSn = dataSn;
  pdu.bufferOffset = offset;
  pdu.dataSegmentLength = length;
  pdu.expStatSn = expStatSn;
  return pdu;
}

TaskManagementRequest Peer::function(TaskManagementFunction what, std::uint32_t itt, std::uint32_t referenced,
                                     std::uint32_t refCmdSn) {
  TaskManagementRequest request;
  request.function = what;
  request.initiatorTaskTag = itt;
  request.referencedTaskTag = referenced;
  request.refCmdSn = refCmdSn;
  request.cmdSn = *cmdSn;
  request.expStatSn = expStatSn;
  return request;
}

NopOut Peer::nop(std::uint32_t itt, bool immediate) {
  NopOut nop;
  nop.immediate = immediate;
  nop.initiatorTaskTag = itt;
  nop.cmdSn = immediate ? *cmdSn : (*cmdSn)++;
  nop.expStatSn = expStatSn;
  return nop;
}

LogoutRequest Peer::logout(LogoutReason reason, std::uint16_t which) {
  LogoutRequest request;
  request.reason = reason;
  request.initiatorTaskTag = 0x7000;
  request.cid = which;
  request.cmdSn = *cmdSn;
  request.expStatSn = expStatSn;
  return request;
}

TextRequest Peer::text(std::uint32_t itt, bool final, std::uint32_t tag) {
  TextRequest request;
  request.immediate = true;
  request.final = final;
  request.initiatorTaskTag = itt;
  request.targetTransferTag = tag;
  request.cmdSn = *cmdSn;
  request.expStatSn = expStatSn;
  return request;
}

void Peer::acknowledge() { send(nop(kReservedTag)); }

void Peer::lose() { connection->onGone(bench.world.now); }

void Peer::readSome(std::size_t bytes) {
  PduWriter& output = connection->output();
  while (bytes != 0 && !output.empty()) {
    std::array<base::ByteView, 64> views;
    const std::size_t count = output.gather(views);
    std::size_t taken = 0;
    for (std::size_t i = 0; i < count && bytes != 0; ++i) {
      const base::ByteView view = views[i].first(std::min(views[i].size(), bytes));
      EXPECT_EQ(reader_.feed(view, *this), view.size());
      taken += view.size();
      bytes -= view.size();
    }
    output.sent(taken);
    connection->onSent();
  }
}

Lines Peer::take() {
  readSome(SIZE_MAX);
  return std::exchange(lines_, {});
}

Placement Peer::onHeader(const PduHead& head) {
  data_.assign(head.basic.dataSegmentLength, 0);
  return Placement::into(data_);
}

bool Peer::onPdu(const PduHead& head, DataVerdict verdict) {
  EXPECT_EQ(verdict, DataVerdict::Right);
  const std::string line = lineOf(head);
  lines_.push_back(line);
  const BhsView bhs = head.bhs();
  if (head.basic.is(Opcode::LoginResponse)) {
    expStatSn = loadWord(bhs, at::kStatSn) + 1;
    expCmdSn = loadWord(bhs, at::kExpCmdSn);
    maxCmdSn = loadWord(bhs, at::kMaxCmdSn);
    return true;
  }
  const bool isData = head.basic.is(Opcode::DataIn);
  const bool hasStatus = isData ? (head.basic.flags & 1) != 0
                                : !head.basic.is(Opcode::R2t) &&
                                      !(head.basic.is(Opcode::NopIn) && head.basic.initiatorTaskTag == kReservedTag);
  if (recovers && hasStatus && serialLess(loadWord(bhs, at::kStatSn), expStatSn)) {
    lines_.back() += " again";
  } else if (hasStatus || !isData) {
    EXPECT_EQ(loadWord(bhs, at::kStatSn), expStatSn) << line;
    if (hasStatus) ++expStatSn;
  }
  EXPECT_FALSE(serialLess(loadWord(bhs, at::kMaxCmdSn), maxCmdSn)) << line;
  expCmdSn = loadWord(bhs, at::kExpCmdSn);
  maxCmdSn = loadWord(bhs, at::kMaxCmdSn);
  return true;
}

std::string Peer::lineOf(const PduHead& head) {
  const BhsView bhs = head.bhs();
  const std::uint32_t itt = head.basic.initiatorTaskTag;
  const std::string tag = itt == kReservedTag ? "-" : std::to_string(itt);
  switch (static_cast<Opcode>(head.basic.opcode)) {
    case Opcode::LoginResponse: {
      const auto pdu = LoginResponse::decode(bhs);
      return "LOGIN " + hexByte(static_cast<unsigned>(pdu->status) >> 8) +
             hexByte(static_cast<unsigned>(pdu->status) & 0xff);
    }
    case Opcode::R2t: {
      const R2t pdu = R2t::decode(bhs).value();
      tags[itt] = pdu.targetTransferTag;
      return "R2T " + tag + " sn=" + std::to_string(pdu.r2tSn) + " off=" + std::to_string(pdu.bufferOffset) +
             " len=" + std::to_string(pdu.desiredDataTransferLength) +
             (pdu.lun[1] != 0 ? " lun=" + std::to_string(pdu.lun[1]) : "");
    }
    case Opcode::DataIn: {
      const DataIn pdu = DataIn::decode(bhs).value();
      base::Bytes& all = received[itt];
      if (recovers) all.resize(std::min<std::size_t>(all.size(), pdu.bufferOffset));
      EXPECT_EQ(all.size(), pdu.bufferOffset);
      base::append(all, data_);
      ++dataIns[itt];
      if (pdu.hasStatus) dataIns.erase(itt);
      return "IN " + tag + " sn=" + std::to_string(pdu.dataSn) + " off=" + std::to_string(pdu.bufferOffset) +
             " len=" + std::to_string(data_.size()) + (pdu.final ? " F" : "") + (pdu.hasStatus ? " S" : "") +
             residualText(pdu.residual);
    }
    case Opcode::ScsiResponse: {
      const ScsiResponse pdu = ScsiResponse::decode(bhs).value();
      if (!recovers) {
        EXPECT_EQ(pdu.expDataSn, dataIns[itt]);
      }
      dataIns.erase(itt);
      std::string line = "RESP " + tag + " st=" + hexByte(pdu.status);
      if (pdu.snackTag != 0) line += " snack=" + std::to_string(pdu.snackTag);
      if (const auto segment = readSenseSegment(data_); segment && segment->sense.size() >= 14) {
        line += " " + hexByte(segment->sense[12]) + "/" + hexByte(segment->sense[13]);
      }
      return line + residualText(pdu.residual) + residualText(pdu.bidirectionalReadResidual, " o=", " u=");
    }
    case Opcode::TaskManagementResponse:
      return "TMF " + tag + " r=" + std::to_string(static_cast<unsigned>(bhs[2]));
    case Opcode::Reject:
      EXPECT_GE(data_.size(), kBhsSize);
      return "REJECT " + hexByte(bhs[2]);
    case Opcode::NopIn:
      if (itt != kReservedTag) return "NOP " + tag + " len=" + std::to_string(data_.size());
      return loadWord(bhs, at::kTransferTag) != kReservedTag ? "NOP ping" : "NOP window";
    case Opcode::TextResponse: {
      base::append(texts, data_);
      std::string line = "TEXT";
      if ((bhs[1] & 0x80) != 0) line += " F";
      if ((bhs[1] & 0x40) != 0) line += " C";
      for (const std::string& pair : pairsOf(data_)) line += " " + pair;
      return line;
    }
    case Opcode::LogoutResponse:
      return "LOGOUT r=" + std::to_string(static_cast<unsigned>(bhs[2]));
    case Opcode::AsyncMessage:
      return "ASYNC " + std::to_string(static_cast<unsigned>(bhs[36])) +
             (bhs[36] == 5 ? " lun=" + std::to_string(static_cast<unsigned>(bhs[9])) : "");
    default:
      return "opcode " + hexByte(head.basic.opcode);
  }
}

// ---- Bench ---------------------------------------------------------------------------------------------------------

Bench::~Bench() {
  for (const auto& one : peers) one->lose();
  world.advance(std::chrono::hours(2));
  world.directory.sweep();
  EXPECT_TRUE(world.directory.empty()) << "a session is left";
  EXPECT_EQ(log.commands, 0U) << "commands are left";
  EXPECT_EQ(log.reserved, 0U) << "memory is left";
}

Peer& Bench::peer(std::initializer_list<std::string_view> keys, std::uint8_t number) {
  isid = number;
  peers.push_back(std::make_unique<Peer>(*this, std::uint16_t{0}));
  EXPECT_TRUE(peers.back()->login(keys));
  return *peers.back();
}

Peer& Bench::join(Peer& first, std::uint16_t cid, std::initializer_list<std::string_view> keys) {
  peers.push_back(std::make_unique<Peer>(*this, cid));
  Peer& joined = *peers.back();
  joined.cmdSn = first.cmdSn;
  EXPECT_TRUE(joined.login(keys, first.session().login().tsih));
  return joined;
}

}  // namespace iscsi_test
