// HttpReader: the bytes of a connection as HTTP/1.1 requests (RFC 9112), one after the other, strictly: what two readers
// could take for two different things is refused.
//
// Refused, beside what the grammar does not have: line ends without their CR, folded headers, blanks before a colon, two
// headers of a kind that frames the message or says who asks, a transfer coding but "chunked", that beside a length or in
// HTTP/1.0, HTTP/1.1 without a Host.
//
// Stands still when the head is read (Step::Judge) until admit() says how large the body may be. Pure: no sockets, no
// clock. What it keeps may be secret and is wiped as it goes. Bounds: as many bytes of head as it is told, and of lines
// and trailers between the parts of a body; the body by admit(). Errors: refusal(), after which nothing of the
// connection can be used.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "isns-server/api/http_message.h"

namespace api {

enum class HttpFault : std::uint8_t {
  Malformed,  // nobody knows what comes next
  TooLarge,   // the body
  Busy,       // too much waits already
};

struct HttpRefusal {
  HttpFault fault = HttpFault::Malformed;
  std::string_view why;  // a sentence without its full stop, of static storage
};

class HttpReader {
 public:
  enum class Step : std::uint8_t { Head, Judge, Body, Whole, Wrong };

  explicit HttpReader(std::size_t maxHead) : maxHead_(maxHead) {}
  ~HttpReader();
  HttpReader(const HttpReader&) = delete;
  HttpReader& operator=(const HttpReader&) = delete;

  // Takes of the bytes what it can use now, and says how many that are. None in Judge, Whole and Wrong.
  std::size_t take(std::string_view bytes);
  [[nodiscard]] Step step() const { return step_; }
  [[nodiscard]] const HttpRefusal& refusal() const { return refusal_; }

  // From Judge on. The request may be moved away when it is Whole.
  [[nodiscard]] HttpRequest& request() { return request_; }
  [[nodiscard]] bool isOld() const { return old_; }            // HTTP/1.0
  [[nodiscard]] bool wantsClose() const { return close_; }
  [[nodiscard]] bool awaitsContinue() const { return expects_; }  // it sends its body when it hears that it is wanted
  void admit(std::size_t maxBody);
  // The memory that the body takes.
  [[nodiscard]] std::size_t held() const { return request_.body.capacity(); }
  // Whether bytes of a request have come that is not whole.
  [[nodiscard]] bool inRequest() const { return step_ != Step::Head || headSize_ > 0; }

  // From Whole: to the next request of the connection.
  void next();

 private:
  enum class Part : std::uint8_t { RequestLine, Headers, Length, ChunkSize, Chunk, ChunkEnd, Trailer };

  void wrong(std::string_view why, HttpFault fault = HttpFault::Malformed);
  std::size_t takeLine(std::string_view bytes);
  std::size_t takeBody(std::string_view bytes);
  void onLine(std::string_view line);
  void onRequestLine(std::string_view line);
  void onHeader(std::string_view line);
  void onHeadEnd();
  void onChunkSize(std::string_view line);
  void keep(std::string_view bytes);

  const std::size_t maxHead_;
  Step step_ = Step::Head;
  Part part_ = Part::RequestLine;
  HttpRequest request_;
  HttpRefusal refusal_;
  std::string line_;
  std::size_t headSize_ = 0;
  std::uint64_t left_ = 0;     // of the body, or of the chunk
  std::size_t maxBody_ = 0;
  bool old_ = false;
  bool close_ = false;
  bool expects_ = false;
  bool chunked_ = false;
};

}  // namespace api
