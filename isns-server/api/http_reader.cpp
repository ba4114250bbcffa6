#include "isns-server/api/http_reader.h"

#include <algorithm>

#include "shared/base/ascii_case.h"
#include "shared/base/secret_json.h"
#include "shared/base/trimmed.h"
#include "shared/base/whole_number.h"

namespace api {
namespace {

// RFC 9110 5.6.2
bool isToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (base::asciiLower(c) >= 'a' && base::asciiLower(c) <= 'z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

// RFC 9110 5.5: visible, blanks, and bytes above ASCII.
bool isFieldValue(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
  });
}

// Of a list with commas.
bool lists(std::string_view text, std::string_view word) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    if (base::equalButForCase(base::trimmed(text.substr(0, end)), word)) return true;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return false;
}

// A second one would be read by some and not by others.
bool standsAlone(std::string_view name) {
  return name == "content-length" || name == "transfer-encoding" || name == "host" || name == "authorization" ||
         name == "expect";
}

// A text that grows leaves nothing behind.
void reserveWiped(std::string& text, std::size_t size) {
  if (size <= text.capacity()) return;
  std::string larger;
  larger.reserve(size);
  larger = text;  // has the room: copied, not allocated
  base::wipeText(text);
  text.swap(larger);
}

}  // namespace

HttpReader::~HttpReader() {
  base::wipeText(line_);
  request_.wipe();
}

void HttpReader::wrong(std::string_view why, HttpFault fault) {
  if (step_ == Step::Wrong) return;
  step_ = Step::Wrong;
  refusal_ = {fault, why};
  base::wipeText(line_);
  request_.wipe();
}

std::size_t HttpReader::take(std::string_view bytes) {
  std::size_t taken = 0;
  while (taken < bytes.size() && (step_ == Step::Head || step_ == Step::Body)) {
    const std::string_view rest = bytes.substr(taken);
    taken += part_ == Part::Length || part_ == Part::Chunk ? takeBody(rest) : takeLine(rest);
  }
  return taken;
}

// Up to the end of a line, which is carried out.
std::size_t HttpReader::takeLine(std::string_view bytes) {
  const std::size_t end = bytes.find('\n');
  const std::string_view part = bytes.substr(0, end == std::string_view::npos ? bytes.size() : end + 1);
  headSize_ += part.size();
  if (headSize_ > maxHead_) {
    wrong("The first line and the headers of a request are too long");
    return part.size();
  }
  reserveWiped(line_, line_.size() + part.size());
  line_ += part;
  if (end == std::string_view::npos) return part.size();
  if (!line_.ends_with("\r\n")) {
    wrong("A line does not end with CR and LF");
    return part.size();
  }
  onLine(std::string_view(line_).substr(0, line_.size() - 2));
  base::wipeText(line_);
  line_.clear();
  return part.size();
}

std::size_t HttpReader::takeBody(std::string_view bytes) {
  const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), left_));
  keep(bytes.substr(0, size));
  left_ -= size;
  if (left_ > 0) return size;
  if (part_ == Part::Length) {
    step_ = Step::Whole;
  } else {
    part_ = Part::ChunkEnd;
  }
  return size;
}

void HttpReader::keep(std::string_view bytes) {
  std::string& body = request_.body;
  if (body.size() + bytes.size() > body.capacity()) {
    reserveWiped(body, std::min(std::max(2 * body.capacity(), body.size() + bytes.size()), maxBody_));
  }
  body += bytes;
}

void HttpReader::onLine(std::string_view line) {
  switch (part_) {
    case Part::RequestLine:
      // RFC 9112 2.2: an empty line before a request is overlooked, but it counts.
      if (!line.empty()) onRequestLine(line);
      return;
    case Part::Headers:
      return line.empty() ? onHeadEnd() : onHeader(line);
    case Part::ChunkSize:
      return onChunkSize(line);
    case Part::ChunkEnd:
      if (!line.empty()) return wrong("A chunk is longer than it says");
      part_ = Part::ChunkSize;
      return;
    case Part::Trailer:
      if (line.empty()) step_ = Step::Whole;
      return;
    default:
      return;
  }
}

void HttpReader::onRequestLine(std::string_view line) {
  const std::size_t first = std::min(line.find(' '), line.size());
  const std::size_t last = line.rfind(' ');
  if (first == line.size() || first == last) return wrong("The first line is no request of HTTP/1.1");
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  request_.method = line.substr(0, first);
  old_ = version == "HTTP/1.0";
  close_ = old_;
  if (!isToken(request_.method)) return wrong("The method is no word");
  if (!old_ && version != "HTTP/1.1") return wrong("Only HTTP/1.1 and HTTP/1.0 are spoken here");
  if (target.empty() || !std::all_of(target.begin(), target.end(), [](char c) { return c > 0x20 && c < 0x7f; })) {
    return wrong("The target of the request holds a byte that none may hold");
  }
  if (const std::string_view why = readTarget(target, request_); !why.empty()) return wrong(why);
  part_ = Part::Headers;
}

void HttpReader::onHeader(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !isToken(line.substr(0, colon))) return wrong("A line of the head is no header");
  std::string name = base::asciiLower(line.substr(0, colon));
  const std::string_view value = base::trimmed(line.substr(colon + 1));
  if (!isFieldValue(value)) return wrong("A header holds a byte that none may hold");
  const bool again = std::any_of(request_.headers.begin(), request_.headers.end(), [&](const auto& one) { return one.first == name; });
  if (again && standsAlone(name)) return wrong("A header stands twice that may stand once");
  if (name == "connection" && lists(value, "close")) close_ = true;
  request_.headers.emplace_back(std::move(name), value);
}

void HttpReader::onHeadEnd() {
  const auto find = [&](std::string_view name) {
    return std::find_if(request_.headers.begin(), request_.headers.end(), [&](const auto& one) { return one.first == name; });
  };
  const auto none = request_.headers.end();
  if (!old_ && find("host") == none) return wrong("A request of HTTP/1.1 has a header Host");
  const auto length = find("content-length");
  if (const auto coding = find("transfer-encoding"); coding != none) {
    if (length != none) return wrong("A request has a Content-Length or a Transfer-Encoding, not both");
    if (old_) return wrong("HTTP/1.0 has no Transfer-Encoding");
    if (!base::equalButForCase(coding->second, "chunked")) return wrong("The only transfer coding here is chunked");
    chunked_ = true;
  }
  if (length != none) {
    const auto bytes = base::wholeNumber<std::uint64_t>(length->second);
    if (!bytes) return wrong("Content-Length is no number of bytes");
    left_ = *bytes;
  }
  if (const auto expect = find("expect"); expect != none) {
    if (!base::equalButForCase(expect->second, "100-continue")) return wrong("The only expectation here is 100-continue");
    expects_ = !old_;
  }
  step_ = Step::Judge;
}

void HttpReader::admit(std::size_t maxBody) {
  maxBody_ = maxBody;
  headSize_ = 0;
  if (left_ > maxBody) return wrong("The body is too large", HttpFault::TooLarge);
  part_ = chunked_ ? Part::ChunkSize : Part::Length;
  step_ = chunked_ || left_ > 0 ? Step::Body : Step::Whole;
}

void HttpReader::onChunkSize(std::string_view line) {
  headSize_ = 0;  // each line of its own
  std::string_view size = line.substr(0, line.find(';'));  // what extends it means nothing here
  while (size.ends_with(' ') || size.ends_with('\t')) size.remove_suffix(1);
  const auto bytes = base::wholeNumber<std::uint64_t>(size, 16);
  if (!bytes) return wrong("The size of a chunk is no hexadecimal number");
  left_ = *bytes;
  if (left_ > maxBody_ - request_.body.size()) return wrong("The body is too large", HttpFault::TooLarge);
  part_ = left_ == 0 ? Part::Trailer : Part::Chunk;
}

void HttpReader::next() {
  request_.wipe();
  request_ = {};
  step_ = Step::Head;
  part_ = Part::RequestLine;
  headSize_ = 0;
  left_ = 0;
  old_ = close_ = expects_ = chunked_ = false;
}

}  // namespace api
