#include "isns-server/api/http_connection.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>
#include <cstdio>
#include <ctime>
#include <utility>

#include "isns-server/api/tls_context.h"
#include "shared/base/secret.h"
#include "shared/base/secret_json.h"

namespace api {
namespace {

// An answer that is not counted: each connection may have one.
constexpr std::size_t kSmall = 4096;
// Of the next requests, while one is answered.
constexpr std::size_t kMaxAhead = 16U << 10;
// What is dropped, and how long, so that the last answer arrives: who sends first and reads then has twice what is taken.
constexpr std::size_t kMaxDropped = 16U << 20;
constexpr std::chrono::seconds kLinger{5};

timeval timevalOf(std::chrono::milliseconds time) {
  return {static_cast<time_t>(time.count() / 1000), static_cast<suseconds_t>(time.count() % 1000 * 1000)};
}

// The library would give the memory back as it is.
void drainWiped(evbuffer* buffer, std::size_t size) {
  while (size > 0) {
    evbuffer_iovec part{};
    if (evbuffer_peek(buffer, -1, nullptr, &part, 1) < 1) return;
    const std::size_t now = std::min(size, part.iov_len);
    base::wipe({static_cast<std::uint8_t*>(part.iov_base), now});
    evbuffer_drain(buffer, now);
    size -= now;
  }
}

void appendDate(std::string& head) {
  std::array<char, 64> date{};
  if (evutil_date_rfc1123(date.data(), date.size(), nullptr) > 0) head.append("Date: ").append(date.data()).append("\r\n");
}

bool hasBody(int status) { return status >= 200 && status != 204 && status != 304; }

}  // namespace

HttpConnection::HttpConnection(bufferevent* stream, std::string peer, SourceCounts::Place place,
                               const HttpCommon& common, const Ended& ended)
    : stream_(stream),
      peer_(std::move(peer)),
      place_(std::move(place)),
      common_(common),
      ended_(ended),
      reader_(common.limits.head),
      late_(evtimer_new(
          bufferevent_get_base(stream),
          [](evutil_socket_t, short, void* self) {
            const auto kept = static_cast<HttpConnection*>(self)->shared_from_this();
            kept->close();
          },
          this)) {}

HttpConnection::~HttpConnection() {
  if (owed_ != nullptr) owed_->lost();
  event_free(late_);
  evbuffer* const input = bufferevent_get_input(stream_);
  drainWiped(input, evbuffer_get_length(input));
  bufferevent_free(stream_);
}

void HttpConnection::begin() {
  bufferevent_setcb(
      stream_, [](bufferevent*, void* self) { static_cast<HttpConnection*>(self)->onReadable(); },
      [](bufferevent*, void* self) { static_cast<HttpConnection*>(self)->onWritten(); },
      [](bufferevent*, short what, void* self) { static_cast<HttpConnection*>(self)->onEvent(what); }, this);
  become(State::Reading);
  bufferevent_enable(stream_, EV_READ | EV_WRITE);
}

// A client to whom an answer is owed is not idle; how long he takes to read it counts.
void HttpConnection::become(State state) {
  state_ = state;
  const timeval idle = timevalOf(state == State::Lingering ? std::chrono::milliseconds(kLinger) : common_.limits.idle);
  const bool listens = state == State::Reading || state == State::Lingering;
  bufferevent_set_timeouts(stream_, listens ? &idle : nullptr, &idle);
  // Who takes a byte now and then is never idle.
  const timeval late = timevalOf(common_.limits.answer);
  state == State::Flushing ? evtimer_add(late_, &late) : evtimer_del(late_);
}

// ---- What comes ----------------------------------------------------------------------------------------------------

void HttpConnection::onReadable() {
  const auto self = shared_from_this();
  evbuffer* const input = bufferevent_get_input(stream_);
  if (state_ == State::Reading) return pump();
  if (state_ == State::Lingering) return drop(evbuffer_get_length(input));
  if (evbuffer_get_length(input) > kMaxAhead) bufferevent_disable(stream_, EV_READ);
}

void HttpConnection::pump() {
  if (pumping_) return;  // answered at once: the loop below goes on
  const auto self = shared_from_this();
  pumping_ = true;
  evbuffer* const input = bufferevent_get_input(stream_);
  while (!dead_ && state_ == State::Reading && evbuffer_get_length(input) > 0) {
    evbuffer_iovec part{};
    evbuffer_peek(input, -1, nullptr, &part, 1);
    if (!reader_.inRequest()) since_ = base::now().mono;
    const std::size_t used = reader_.take({static_cast<const char*>(part.iov_base), part.iov_len});
    drainWiped(input, used);
    step();
  }
  pumping_ = false;
  // Who sends a byte now and then is never idle.
  if (!dead_ && state_ == State::Reading && reader_.inRequest() && base::now().mono - since_ > common_.limits.request) close();
}

void HttpConnection::step() {
  if (reader_.step() == HttpReader::Step::Judge) judge();
  if (!hold_.growTo(reader_.held())) return refuse({HttpFault::Busy, "Too many bodies wait already"});
  if (reader_.step() == HttpReader::Step::Wrong) return refuse(reader_.refusal());
  if (reader_.step() == HttpReader::Step::Whole) dispatch();
}

// How much he may send with the head is decided before he has. What he is answered is a stranger's until vouch().
void HttpConnection::judge() {
  HttpRequest& request = reader_.request();
  request.peer = peer_;
  request.local = peer_.empty();
  if (SSL* const ssl = bufferevent_openssl_get_ssl(stream_)) {
    ShownCertificate shown = shownBy(ssl);
    request.peerCertificate = std::move(shown.holds);
    request.refusedCertificate = std::move(shown.refused);
  }
  const ExchangeHandler::Allowance allowed = common_.handler.allowance(request);
  hold_ = BodyBudget::Hold(common_.budget, !allowed.known);
  sending_ = BodyBudget::Hold(common_.answers, !request.local);
  old_ = reader_.isOld();
  headOnly_ = request.method == "HEAD";
  closes_ = reader_.wantsClose();
  reader_.admit(std::min(allowed.body, common_.limits.body));
  if (reader_.step() != HttpReader::Step::Body || !reader_.awaitsContinue()) return;
  if (evbuffer_get_length(bufferevent_get_input(stream_)) > 0) return;  // it did not wait
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  bufferevent_write(stream_, kContinue.data(), kContinue.size());
}

void HttpConnection::vouch() {
  sending_ = BodyBudget::Hold(common_.answers, false);
  place_.vouch();
}

void HttpConnection::dispatch() {
  become(State::Owed);
  auto exchange = std::make_shared<Exchange>(std::move(reader_.request()), std::move(hold_), this);
  owed_ = exchange.get();
  common_.handler.onExchange(std::move(exchange));
}

void HttpConnection::refuse(const HttpRefusal& refusal) {
  become(State::Owed);
  closes_ = true;
  headOnly_ = headOnly_ && reader_.step() != HttpReader::Step::Wrong;
  hold_.release();
  answer(common_.handler.refused(refusal));
}

void HttpConnection::onEvent(short what) {
  const auto self = shared_from_this();
  if ((what & BEV_EVENT_CONNECTED) != 0) return;
  // Whoever has said all that he wanted to say may still read what he asked for.
  if ((what & BEV_EVENT_EOF) != 0 && (what & BEV_EVENT_READING) != 0 && state_ == State::Flushing) {
    closes_ = true;
    bufferevent_disable(stream_, EV_READ);
    return;
  }
  close();
}

void HttpConnection::close() {
  if (std::exchange(dead_, true)) return;
  if (owed_ != nullptr) std::exchange(owed_, nullptr)->lost();
  evtimer_del(late_);
  bufferevent_disable(stream_, EV_READ | EV_WRITE);
  bufferevent_setcb(stream_, nullptr, nullptr, nullptr, nullptr);
  ended_(this);
}

// ---- What goes -----------------------------------------------------------------------------------------------------

void HttpConnection::writeHead(const HttpResponse& response, std::string_view framing) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
  head.append(reasonPhrase(response.status)).append("\r\n");
  appendDate(head);
  if (!response.type.empty()) head.append("Content-Type: ").append(response.type).append("\r\n");
  head += "Cache-Control: no-store\r\n";
  for (const auto& [name, value] : response.headers) {
    if (value.find_first_of("\r\n") != std::string::npos) continue;  // it would be a header of its own
    head.append(name).append(": ").append(value).append("\r\n");
  }
  if (closes_) head += "Connection: close\r\n";
  head.append(framing).append("\r\n");
  bufferevent_write(stream_, head.data(), head.size());
}

// Takes the body.
void HttpConnection::reply(const HttpResponse& response, evbuffer* body) {
  owed_ = nullptr;
  const std::size_t size = evbuffer_get_length(body);
  const bool sends = hasBody(response.status) && !headOnly_;
  if (sends && size > kSmall && !sending_.growTo(size)) {
    evbuffer_free(body);
    return refuse({HttpFault::Busy, "Too many answers wait to be read already"});
  }
  become(State::Flushing);
  writeHead(response, hasBody(response.status) ? "Content-Length: " + std::to_string(size) + "\r\n" : std::string());
  if (sends) bufferevent_write_buffer(stream_, body);
  evbuffer_free(body);
}

void HttpConnection::answer(const HttpResponse& response) {
  evbuffer* const body = evbuffer_new();
  evbuffer_add(body, response.body.data(), response.body.size());
  reply(response, body);
}

void HttpConnection::answerSecret(HttpResponse response) {
  auto* const kept = new std::string(std::move(response.body));
  const auto wiped = [](const void*, std::size_t, void* text) {
    const std::unique_ptr<std::string> body(static_cast<std::string*>(text));
    base::wipeText(*body);
  };
  evbuffer* const body = evbuffer_new();
  if (kept->empty() || evbuffer_add_reference(body, kept->data(), kept->size(), wiped, kept) != 0) {
    wiped(nullptr, 0, kept);
    response.status = 500;
  }
  reply(response, body);
}

void HttpConnection::beginStream(const std::string& type) {
  become(State::Streaming);
  chunked_ = !old_ && !headOnly_;
  closes_ = closes_ || old_;
  writeHead({200, type, {}, {}}, chunked_ ? "Transfer-Encoding: chunked\r\n" : "");
}

bool HttpConnection::send(std::string_view text) {
  if (evbuffer_get_length(bufferevent_get_output(stream_)) > common_.limits.streamWaiting) return false;
  if (headOnly_ || text.empty()) return true;
  std::array<char, 20> size{};
  if (chunked_) {
    std::snprintf(size.data(), size.size(), "%zx\r\n", text.size());
    bufferevent_write(stream_, size.data(), std::string_view(size.data()).size());
  }
  bufferevent_write(stream_, text.data(), text.size());
  if (chunked_) bufferevent_write(stream_, "\r\n", 2);
  return true;
}

void HttpConnection::endStream() {
  owed_ = nullptr;
  become(State::Flushing);
  if (chunked_) bufferevent_write(stream_, "0\r\n\r\n", 5);
  chunked_ = false;
  if (evbuffer_get_length(bufferevent_get_output(stream_)) == 0) onWritten();
}

void HttpConnection::onWritten() {
  const auto self = shared_from_this();
  if (state_ != State::Flushing || evbuffer_get_length(bufferevent_get_output(stream_)) > 0) return;
  sending_.release();
  if (closes_) return linger();
  reader_.next();
  become(State::Reading);
  bufferevent_enable(stream_, EV_READ);
  pump();
}

void HttpConnection::linger() {
  become(State::Lingering);
  since_ = base::now().mono;
  if (SSL* const ssl = bufferevent_openssl_get_ssl(stream_)) (void)SSL_shutdown(ssl);
  ::shutdown(bufferevent_getfd(stream_), SHUT_WR);
  bufferevent_enable(stream_, EV_READ);
  drop(evbuffer_get_length(bufferevent_get_input(stream_)));
}

void HttpConnection::drop(std::size_t size) {
  dropped_ += size;
  drainWiped(bufferevent_get_input(stream_), size);
  if (dropped_ > kMaxDropped || base::now().mono - since_ > kLinger) close();
}

}  // namespace api
