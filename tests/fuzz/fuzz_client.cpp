// What a client makes of a server that sends anything: the session, the readers of answers and notices, and what
// sanctl prints of them.
//
// The first byte chooses the transport and how many requests wait, the second the size of the chunks in which the rest
// arrives; on datagrams each has its length in front. Rules: each request ends once, with an event of its own; answers
// of ours can be read and follow what was asked; no attribute is lost on the way into objects; nothing that was
// received moves the cursor of a terminal or breaks JSON.
#include <algorithm>
#include <map>
#include <sstream>

#include "isns-server/ctl/message_trace.h"
#include "isns-server/ctl/object_output.h"
#include "shared/base/utf8.h"
#include "shared/isns/client_session.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

constexpr isns::Function kRequests[] = {isns::Function::DevAttrQry, isns::Function::DevAttrReg,
                                        isns::Function::DevGetNext, isns::Function::SCNReg,
                                        isns::Function::DDReg,      isns::Function::GetDomId};
constexpr std::size_t kMaxDatagram = 65507;  // bytes of payload of a UDP message over IPv4

base::Now at(int seconds) {
  return {base::TimePoint(std::chrono::seconds(seconds)), base::WallTime(std::chrono::seconds(seconds))};
}

bool hasControls(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && byte != '\n') || byte == 0x7f) return true;
    if (byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0) return true;
  }
  return false;
}

// --- What is read ---------------------------------------------------------------------------------------------------

void print(const std::vector<isns::Object>& objects, ctl::Format format) {
  std::ostringstream out;
  ctl::Output output(out, format);
  for (const isns::Object& object : objects) output.record(ctl::recordOf(object));
  for (const isns::Object& first : objects) {
    if (&first != objects.data() && first.type == (&first - 1)->type) continue;
    std::vector<isns::Object> some;
    std::copy_if(objects.begin(), objects.end(), std::back_inserter(some),
                 [&](const isns::Object& object) { return object.type == first.type; });
    ctl::printObjects(output, first.type, some, ctl::tagsIn(some), false);
  }
  const std::string text = out.str();
  fuzz::check(base::isUtf8(text), "what is printed is UTF-8");
  fuzz::check(format == ctl::Format::Csv || !hasControls(text), "what is printed has no control characters");
}

void readObjects(const isns::AttributeValues& attributes) {
  const auto delimiters = std::count_if(attributes.begin(), attributes.end(),
                                        [](const auto& a) { return a.tag == isns::tag::kDelimiter; });
  const std::vector<isns::Object> objects = isns::groupObjects(attributes);
  std::size_t kept = 0;
  for (const isns::Object& object : objects) {
    fuzz::check(!object.attributes.empty(), "an object has an attribute");
    kept += object.attributes.size();
  }
  fuzz::check(kept + static_cast<std::size_t>(delimiters) == attributes.size(), "objects hold all attributes");

  const std::vector<isns::Object> merged = isns::mergeObjects(objects);
  std::map<std::pair<isns::ObjectType, base::Bytes>, int> mentions;
  for (const isns::Object& object : merged) {
    if (object.hasKey()) fuzz::check(++mentions[{object.type, object.keyTlvs()}] == 1, "an object is there once");
  }
  // Long answers are printed by the same code as short ones.
  constexpr std::size_t kPrinted = 64;
  if (merged.size() > kPrinted) return;
  for (const auto format : {ctl::Format::Table, ctl::Format::Json, ctl::Format::Csv}) print(merged, format);
}

void readAlone(base::ByteView payload) {
  if (const auto response = isns::readResponse(payload)) {
    readObjects(response->key);
    readObjects(response->operating);
  }
  if (const auto notice = isns::readScn(payload)) {
    for (const isns::ScnEvent& event : notice->events) readObjects(event.sources);
  }
  (void)isns::readEsi(payload);
}

// --- The session ----------------------------------------------------------------------------------------------------

// Takes the one message of an answer of ours.
struct OneAnswer {
  std::size_t messages = 0;
  bool onMessage(const isns::Message& message) {
    ++messages;
    fuzz::check(message.isResponse(), "only answers are sent unasked");
    return true;
  }
  bool onFault(const isns::FramingFault&) {
    fuzz::check(false, "an answer can be read");
    return false;
  }
};

class Client {
 public:
  Client(isns::Transport transport, std::size_t requests) : datagrams_(transport == isns::Transport::Datagram) {
    isns::ClientSettings settings;
    settings.transport = transport;
    settings.limits = {1U << 20, 1024};
    session_.emplace(settings);
    for (std::size_t i = 0; i < requests; ++i) {
      isns::Request request;
      request.function = kRequests[i];
      waiting_[session_->send(request, at(0)).value()] = request.function;
    }
    (void)session_->takeOutput();
  }

  void stream(base::ByteView bytes, std::size_t chunk) {
    base::Bytes buffer;
    while (!bytes.empty() && !broken_) {
      const base::ByteView arrived = bytes.first(std::min(chunk, bytes.size()));
      buffer.insert(buffer.end(), arrived.begin(), arrived.end());
      bytes = bytes.subspan(arrived.size());
      const base::Bytes exact(buffer);
      const std::size_t used = session_->onBytes(exact, at(1));
      fuzz::check(used <= exact.size(), "no more is used than was given");
      buffer.erase(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(used));
      take();
    }
  }
  void datagrams(base::ByteView bytes) {
    base::ByteReader reader(bytes);
    while (reader.remaining() > 2) {
      const std::size_t size = reader.u16();
      const base::ByteView one = reader.bytes(std::min(size, reader.remaining()));
      const base::Bytes exact(one.begin(), one.end());
      session_->onDatagram(exact, at(1));
      take();
    }
  }
  // Time passes, then the connection ends: nothing may be left.
  void end() {
    while (session_->nextDeadline() < at(4).mono) {
      session_->onTimer({session_->nextDeadline(), at(4).wall});
      const std::vector<base::Bytes> repeated = session_->takeOutput();
      fuzz::check(datagrams_ || repeated.empty(), "nothing is repeated on a stream");
    }
    session_->onClosed();
    take();
    fuzz::check(waiting_.empty() && session_->outstanding() == 0, "no request is left without an event");
    fuzz::check(session_->nextDeadline() == base::kNever, "and no timer");
  }

 private:
  void take() {
    for (const base::Bytes& answer : session_->takeOutput()) {
      fuzz::check(!datagrams_ || answer.size() <= kMaxDatagram, "a datagram is no longer than they are");
      isns::MessageAssembler assembler({2U << 20, 1024});
      OneAnswer one;
      const std::size_t used = assembler.feed(answer, one);
      fuzz::check(used == answer.size() && one.messages == 1, "an answer is one message");
    }
    for (const isns::ClientEvent& event : session_->takeEvents()) {
      std::visit([this](const auto& value) { on(value); }, event);
    }
  }
  void on(const isns::Answer& answer) {
    over(answer.transaction, answer.function);
    readObjects(answer.response.operating);
  }
  void on(const isns::NoAnswer& none) { over(none.transaction, none.function); }
  void on(const isns::ScnReceived& scn) {
    for (const isns::ScnEvent& event : scn.notice.events) readObjects(event.sources);
  }
  void on(const isns::EsiReceived&) {}
  void on(const isns::SessionBroken& broken) {
    fuzz::check(!broken.reason.empty(), "a broken stream has a reason");
    broken_ = !datagrams_;
  }
  void over(std::uint16_t transaction, isns::Function function) {
    const auto request = waiting_.find(transaction);
    fuzz::check(request != waiting_.end() && request->second == function, "an event is about a request that waits");
    waiting_.erase(request);
  }

  const bool datagrams_;
  bool broken_ = false;
  std::optional<isns::ClientSession> session_;
  std::map<std::uint16_t, isns::Function> waiting_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const auto transport = (data[0] & 1U) != 0 ? isns::Transport::Datagram : isns::Transport::Stream;
  const base::Bytes bytes(data + 2, data + size);
  const std::size_t chunk = std::max<std::size_t>(data[1] % 64U + 1, bytes.size() / 64);

  Client client(transport, (data[0] >> 1U) % (std::size(kRequests) + 1));
  if (transport == isns::Transport::Datagram) {
    client.datagrams(bytes);
  } else {
    client.stream(bytes, chunk);
  }
  client.end();

  readAlone(bytes);
  std::ostringstream trace;
  ctl::MessageTrace(&trace, "server").received(bytes);
  fuzz::check(!hasControls(trace.str()), "a trace has no control characters");
  return 0;
}
