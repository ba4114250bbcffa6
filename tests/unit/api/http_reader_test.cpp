// What a connection may bring, one row a wire text: RFC 9112, and what is refused because two readers could differ in it.
#include "isns-server/api/http_reader.h"

#include <gmock/gmock.h>

#include <optional>

#include "shared/base/printable.h"

namespace {

using api::HttpFault;
using api::HttpReader;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::string_literals;

struct Seen {
  std::vector<std::string> requests;  // "METHOD PATH BODY"
  std::string left;                   // "", "more" when a request has begun, or why the connection is refused
};

// Each body may have `maxBody` bytes; the bytes come `portion` at a time.
Seen read(std::string_view wire, std::size_t portion, std::size_t maxBody = 100, std::size_t maxHead = 500) {
  HttpReader reader(maxHead);
  Seen seen;
  for (std::size_t at = 0; at < wire.size();) {
    const std::size_t used = reader.take(wire.substr(at, portion));
    at += used;
    if (reader.step() == HttpReader::Step::Judge) reader.admit(maxBody);
    if (reader.step() == HttpReader::Step::Whole) {
      const api::HttpRequest& request = reader.request();
      seen.requests.push_back(request.method + " " + request.path + " " + request.body);
      reader.next();
    }
    if (reader.step() == HttpReader::Step::Wrong) break;
  }
  if (reader.step() == HttpReader::Step::Wrong) {
    seen.left = reader.refusal().why;
  } else if (reader.inRequest()) {
    seen.left = "more";
  }
  return seen;
}

struct Row {
  std::string wire;
  std::vector<std::string> requests;
  std::string left = {};  // as in Seen; part of it
};

std::string long_(std::size_t size) { return std::string(size, 'a'); }
const std::string kHost = "Host: x\r\n";

const Row kRows[] = {
    {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", {"GET / "}},
    {"GET / HTTP/1.0\r\n\r\n", {"GET / "}},
    {"\r\nGET /a HTTP/1.1\r\nHost:x\r\n\r\n", {"GET /a "}},
    {"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", {"OPTIONS * "}},
    {"GET https://x:1/a?b HTTP/1.1\r\nHost: x\r\n\r\n", {"GET /a "}},
    {"GET HTTP://x HTTP/1.1\r\nHost: x\r\n\r\n", {"GET / "}},
    {"FETCH /a HTTP/1.1\r\nHost: x\r\n\r\n", {"FETCH /a "}},
    // Bodies, and what comes behind them.
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\nHost: x\r\n\r\n",
     {"POST / abc", "GET / "}},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nab", {}, "more"},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", {"POST / "}},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0A;e=f\r\n0123456789\r\n0\r\n\r\n",
     {"POST / abc0123456789"}},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n1 ;x\r\na\r\n000\r\nTrailer: t\r\n\r\n",
     {"POST / a"}},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n" + long_(100), {"POST / " + long_(100)}},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n", {}, "The body is too large"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n" + long_(100) + "\r\n1\r\n",
     {},
     "The body is too large"},
    // Where a body ends must be one thing to everybody (RFC 9112 6.3).
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 40\r\n\r\n{}", {}, "stands twice"},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\ncontent-length: 2\r\n\r\n{}", {}, "stands twice"},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2, 2\r\n\r\n{}", {}, "no number"},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +2\r\n\r\n{}", {}, "no number"},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -2\r\n\r\n{}", {}, "no number"},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x2\r\n\r\n{}", {}, "no number"},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\n{}", {}, "no number"},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n{}", {}, "no number"},
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {}, "not both"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", {}, "chunked"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n\r\n", {}, "chunked"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     {},
     "stands twice"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", {}, "no header"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \x0b"
     "chunked\r\n\r\n0\r\n\r\n",
     {},
     "holds a byte"},
    {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {}, "HTTP/1.0 has no"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n", {}, "longer than it says"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\nabc\r\n", {}, "CR and LF"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", {}, "hexadecimal"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n 1\r\na\r\n", {}, "hexadecimal"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", {}, "hexadecimal"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000000\r\n", {}, "hexadecimal"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", {}, "too large"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;" + long_(600), {}, "too long"},
    {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: " + long_(600), {}, "too long"},
    // Heads.
    {"GET / HTTP/1.1\r\n\r\n", {}, "Host"},
    {"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", {}, "stands twice"},
    {"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n", {}, "stands twice"},
    {"GET / HTTP/1.1\nHost: x\n\n", {}, "CR and LF"},
    {"GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", {}, "no header"},
    {"GET / HTTP/1.1\r\nHost: x\r\nnothing\r\n\r\n", {}, "no header"},
    {"GET / HTTP/1.1\r\nHost: x\r\n: a\r\n\r\n", {}, "no header"},
    {"GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n", {}, "holds a byte"},
    {"GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n"s, {}, "holds a byte"},
    {"GET / HTTP/1.1\r\nHost: x\r\nA: " + long_(600) + "\r\n\r\n", {}, "too long"},
    {"GET /" + long_(600), {}, "too long"},
    {long_(600), {}, "too long"},
    {"\r\n\r\nGET", {}, "more"},
    {"GET / HTTP/1.1\r\nHost: x\r\nExpect: magic\r\n\r\n", {}, "100-continue"},
    // First lines.
    {"GET /\r\n\r\n", {}, "no request"},
    {"GET\r\n\r\n", {}, "no request"},
    {"GET  / HTTP/1.1\r\n", {}, "holds a byte"},
    {"GET / x HTTP/1.1\r\n", {}, "holds a byte"},
    {" GET / HTTP/1.1\r\n", {}, "no word"},
    {"G\xc3\x84T / HTTP/1.1\r\n", {}, "no word"},
    {"GET / HTTP/2.0\r\n", {}, "HTTP/1.1 and HTTP/1.0"},
    {"GET / http/1.1\r\n", {}, "HTTP/1.1 and HTTP/1.0"},
    {"GET / HTTP/1.10\r\n", {}, "HTTP/1.1 and HTTP/1.0"},
    {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {}, "HTTP/1.1 and HTTP/1.0"},
    {"CONNECT x:443 HTTP/1.1\r\n", {}, "no path"},
    {"GET * HTTP/1.1\r\n", {}, "no path"},
    {"GET ftp://x/ HTTP/1.1\r\n", {}, "no path"},
    {"GET /\xff HTTP/1.1\r\n", {}, "holds a byte"},
    {"GET /#a HTTP/1.1\r\n", {}, "fragment"},
    {"GET /%ff HTTP/1.1\r\n", {}, "The path is not UTF-8"},
    {"GET /%c3%84 HTTP/1.1\r\nHost: x\r\n\r\n", {"GET /%c3%84 "}},
    {"GET /?%ff=1 HTTP/1.1\r\n", {}, "A parameter is not UTF-8"},
    {"GET /?a=%ff HTTP/1.1\r\n", {}, "A parameter is not UTF-8"},
    {"GET /%4 HTTP/1.1\r\n", {}, "hexadecimal"},
    {"GET /?a=%zz HTTP/1.1\r\n", {}, "hexadecimal"},
    {"\x16\x03\x01\x02\x01\x01\r\n", {}, "no request"},
};

TEST(HttpReader, TakesWhatIsPlainAndRefusesTheRest) {
  for (const Row& row : kRows) {
    for (const std::size_t portion : {std::size_t{1}, std::size_t{7}, row.wire.size()}) {
      const Seen seen = read(row.wire, portion);
      EXPECT_EQ(seen.requests, row.requests) << base::printable(row.wire) << " by " << portion;
      if (row.left.empty()) {
        EXPECT_EQ(seen.left, "") << base::printable(row.wire) << " by " << portion;
      } else {
        EXPECT_THAT(seen.left, HasSubstr(row.left)) << base::printable(row.wire) << " by " << portion;
      }
    }
  }
}

HttpReader& headOf(HttpReader& reader, std::string_view lines) {
  reader.take("POST /a?b=c+d&e&b=%41&=f HTTP/1.1\r\nHost: x\r\n" + std::string(lines) + "\r\n");
  EXPECT_EQ(reader.step(), HttpReader::Step::Judge) << reader.refusal().why;
  return reader;
}

TEST(HttpReader, GivesWhatTheHeadSays) {
  HttpReader reader(500);
  const api::HttpRequest& request = headOf(reader, "X-Mine: \t it is \t\r\nAuthorization: bearer  abc\r\n").request();
  EXPECT_EQ(request.header("x-mine"), "it is");
  EXPECT_EQ(request.bearerToken(), "abc");
  using testing::Pair;
  EXPECT_THAT(request.query, ElementsAre(Pair("b", "c d"), Pair("e", ""), Pair("b", "A"), Pair("", "f")));
  EXPECT_EQ(request.repeatedParameter(), "b");
  EXPECT_FALSE(reader.wantsClose());
}

TEST(HttpReader, KnowsWhoWantsToEndIt) {
  HttpReader list(500);
  EXPECT_TRUE(headOf(list, "Connection: x, Close\r\n").wantsClose());
  HttpReader old(500);
  old.take("GET / HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(old.wantsClose());
  EXPECT_TRUE(old.isOld());
}

TEST(HttpReader, ABodyTakesNoMemoryBeforeItHasCome) {
  HttpReader reader(500);
  headOf(reader, "Content-Length: 8000000\r\nExpect: 100-continue\r\n").admit(8'000'000);
  EXPECT_TRUE(reader.awaitsContinue());
  EXPECT_LT(reader.held(), 100U);
  reader.take(long_(1000));
  EXPECT_LE(reader.held(), 2000U);
}

TEST(HttpReader, TakesNothingWhileItWaitsForWhoJudges) {
  HttpReader reader(500);
  headOf(reader, "Content-Length: 3\r\n");
  EXPECT_EQ(reader.take("abc"), 0U);
  reader.admit(2);
  EXPECT_EQ(reader.refusal().fault, HttpFault::TooLarge);
  EXPECT_EQ(reader.take("abc"), 0U);
}

}  // namespace
