#include "isns-server/manage/evidence/pdf_document.h"

#include <hpdf.h>

#include <algorithm>

#include "isns-server/manage/evidence/fonts.h"
#include "shared/base/hex.h"
#include "shared/base/utf8.h"
#include "shared/ops/escape.h"

namespace manage {
namespace {

constexpr std::string_view kEllipsis = "\xe2\x80\xa6";
constexpr std::string_view kReplacement = "\xef\xbf\xbd";

void keepFirst(HPDF_STATUS error, HPDF_STATUS detail, void* kept) {
  auto* first = static_cast<unsigned long*>(kept);
  if (*first == 0) *first = error != 0 ? error : detail;
}

HPDF_Page pageOf(void* page) { return static_cast<HPDF_Page>(page); }

std::string_view firstCharacter(std::string_view text) {
  return text.substr(0, std::max<std::size_t>(base::decodeUtf8(text).length, 1));
}

// Bytes of the last character.
std::size_t lastLength(std::string_view text) {
  std::size_t length = 1;
  while (length < text.size() && (static_cast<unsigned char>(text[text.size() - length]) & 0xc0U) == 0x80) ++length;
  return length;
}

HPDF_Date dateOf(base::WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return {static_cast<int>(date.year()),
          static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day())),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count()),
          'Z',
          0,
          0};
}

// What copies and searches of the text go by. Codes are code points of UTF-16; libharu says so with the operators of
// another kind of CMap (begincidrange), which readers complain of. ISO 32000-1 9.10.3; ranges of one high byte each.
std::string toUnicodeMap() {
  constexpr std::size_t kMost = 100;  // ranges in a block
  std::string text =
      "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
      "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
      "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
      "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n";
  for (std::size_t begin = 0; begin < 256; begin += kMost) {
    const std::size_t end = std::min<std::size_t>(begin + kMost, 256);
    text += std::to_string(end - begin) + " beginbfrange\n";
    for (std::size_t high = begin; high < end; ++high) {
      const std::uint8_t byte[] = {static_cast<std::uint8_t>(high)};
      const std::string hex = base::hexText(byte);
      text.append("<").append(hex).append("00> <").append(hex).append("FF> <").append(hex).append("00>\n");
    }
    text += "endbfrange\n";
  }
  return text + "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n";
}

void mendToUnicode(HPDF_Font font) {
  const auto* attributes = static_cast<HPDF_FontAttr>(font->attr);
  if (attributes == nullptr || attributes->cmap_stream == nullptr) return;
  const HPDF_Stream stream = attributes->cmap_stream->stream;
  HPDF_MemStream_FreeData(stream);
  HPDF_Stream_WriteStr(stream, toUnicodeMap().c_str());
}

}  // namespace

// A font with the widths that have been asked for, in thousandths of its size; -1: not asked yet.
struct PdfDocument::Face {
  HPDF_Font font = nullptr;
  std::vector<std::int16_t> widths = std::vector<std::int16_t>(65536, -1);
};

std::string drawable(std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7f; });
  if (plain && text.size() <= ops::kMaxShown) return std::string(text);
  const std::string safe = ops::safeSentence(text);
  std::string out;
  for (std::string_view rest = safe; !rest.empty();) {
    const std::string_view one = firstCharacter(rest);
    out += one.size() > 3 ? kReplacement : one;
    rest.remove_prefix(one.size());
  }
  return out;
}

PdfDocument::PdfDocument() : doc_(HPDF_New(keepFirst, &error_)) {
  if (doc_ == nullptr) {
    error_ = HPDF_FAILD_TO_ALLOC_MEM;
    return;
  }
  HPDF_SetCompressionMode(doc_, HPDF_COMP_ALL);
  HPDF_UseUTFEncodings(doc_);
  for (auto& face : faces_) face = std::make_unique<Face>();
  loadFace(*faces_[0], regularFont(), "SANCTA");
  loadFace(*faces_[1], boldFont(), "SANCTB");
}

PdfDocument::~PdfDocument() {
  if (doc_ != nullptr) HPDF_Free(doc_);
}

// As HPDF_LoadTTFontFromFile does it, from memory.
void PdfDocument::loadFace(Face& face, base::ByteView file, const char* tag) {
  const HPDF_Stream stream = HPDF_MemStream_New(doc_->mmgr, static_cast<HPDF_UINT>(file.size()));
  if (stream == nullptr) return;
  HPDF_Stream_Write(stream, file.data(), static_cast<HPDF_UINT>(file.size()));
  const HPDF_FontDef definition = HPDF_TTFontDef_Load(doc_->mmgr, stream, HPDF_TRUE);  // takes the stream
  if (definition == nullptr) return;
  if (HPDF_List_Add(doc_->fontdef_list, definition) != HPDF_OK) {
    HPDF_FontDef_Free(definition);
    return;
  }
  std::string name(tag);
  HPDF_TTFontDef_SetTagName(definition, name.data());
  face.font = HPDF_GetFont(doc_, definition->base_font, "UTF-8");
  if (face.font != nullptr) mendToUnicode(face.font);
}

void PdfDocument::addPage() {
  if (error_ != 0) return;
  const HPDF_Page page = HPDF_AddPage(doc_);
  if (page == nullptr) return;
  HPDF_Page_SetSize(page, HPDF_PAGE_SIZE_A4, HPDF_PAGE_LANDSCAPE);
  pages_.push_back(page);
  page_ = page;
  pen_ = {};
}

void PdfDocument::goTo(std::size_t page) {
  if (error_ != 0 || page >= pages_.size()) return;
  page_ = pages_[page];
  pen_ = {};
}

void PdfDocument::bookmark(std::string_view title) {
  if (error_ != 0 || page_ == nullptr) return;
  const HPDF_Outline outline = HPDF_CreateOutline(doc_, nullptr, std::string(title).c_str(), nullptr);
  const HPDF_Destination place = HPDF_Page_CreateDestination(pageOf(page_));
  if (outline == nullptr || place == nullptr) return;
  HPDF_Destination_SetFit(place);
  HPDF_Outline_SetDestination(outline, place);
}

void PdfDocument::fill(const Colour& colour) {
  if (pen_.fill == colour) return;
  pen_.fill = colour;
  HPDF_Page_SetRGBFill(pageOf(page_), colour.red, colour.green, colour.blue);
}

void PdfDocument::text(float x, float y, const Style& style, std::string_view text) {
  if (error_ != 0 || page_ == nullptr || text.empty()) return;
  const HPDF_Page page = pageOf(page_);
  const HPDF_Font font = faces_[static_cast<std::size_t>(style.font)]->font;
  fill(style.colour);
  if (pen_.font != font || pen_.size != style.size) {
    HPDF_Page_SetFontAndSize(page, font, style.size);
    pen_.font = font;
    pen_.size = style.size;
  }
  HPDF_Page_BeginText(page);
  HPDF_Page_TextOut(page, x, kHeight - y, std::string(text).c_str());
  HPDF_Page_EndText(page);
}

void PdfDocument::textRight(float right, float y, const Style& style, std::string_view all) {
  text(right - widthOf(all, style.font, style.size), y, style, all);
}

void PdfDocument::box(float x, float y, float width, float height, const Colour& colour) {
  if (error_ != 0 || page_ == nullptr) return;
  fill(colour);
  HPDF_Page_Rectangle(pageOf(page_), x, kHeight - y - height, width, height);
  HPDF_Page_Fill(pageOf(page_));
}

void PdfDocument::line(float x1, float y1, float x2, float y2, float thickness, const Colour& colour) {
  if (error_ != 0 || page_ == nullptr) return;
  const HPDF_Page page = pageOf(page_);
  HPDF_Page_SetLineWidth(page, thickness);
  HPDF_Page_SetRGBStroke(page, colour.red, colour.green, colour.blue);
  HPDF_Page_MoveTo(page, x1, kHeight - y1);
  HPDF_Page_LineTo(page, x2, kHeight - y2);
  HPDF_Page_Stroke(page);
}

float PdfDocument::widthOf(std::string_view text, Font font, float size) {
  Face& face = *faces_[static_cast<std::size_t>(font)];
  if (error_ != 0) return 0;
  std::int64_t sum = 0;
  while (!text.empty()) {
    const base::CodePoint point = base::decodeUtf8(text);
    const auto at = std::min<std::size_t>(point.value, 0xffff);
    if (face.widths[at] < 0) {
      face.widths[at] = static_cast<std::int16_t>(HPDF_Font_GetUnicodeWidth(face.font, static_cast<HPDF_UNICODE>(at)));
    }
    sum += face.widths[at];
    text.remove_prefix(std::max<std::size_t>(point.length, 1));
  }
  return static_cast<float>(sum) * size / 1000;
}

// How many bytes of the front fit.
std::size_t PdfDocument::fitting(std::string_view text, Font font, float size, float width) {
  std::size_t taken = 0;
  float used = 0;
  while (taken < text.size()) {
    const std::string_view one = firstCharacter(text.substr(taken));
    used += widthOf(one, font, size);
    if (used > width) break;
    taken += one.size();
  }
  return taken;
}

std::string PdfDocument::fitMiddle(std::string_view text, Font font, float size, float width) {
  if (widthOf(text, font, size) <= width) return std::string(text);
  float left = width - widthOf(kEllipsis, font, size);
  std::string_view rest = text;
  std::string head;
  std::string tail;
  while (!rest.empty()) {
    const bool front = head.size() <= tail.size();
    const std::size_t length = lastLength(rest);
    const std::string_view one = front ? firstCharacter(rest) : rest.substr(rest.size() - length);
    left -= widthOf(one, font, size);
    if (left < 0) break;
    if (front) {
      head += one;
      rest.remove_prefix(one.size());
    } else {
      tail.insert(0, one);
      rest.remove_suffix(one.size());
    }
  }
  return head + std::string(kEllipsis) + tail;
}

std::string PdfDocument::fitEnd(std::string_view text, Font font, float size, float width) {
  if (widthOf(text, font, size) <= width) return std::string(text);
  const float left = width - widthOf(kEllipsis, font, size);
  return std::string(text.substr(0, fitting(text, font, size, left))) + std::string(kEllipsis);
}

std::vector<std::string> PdfDocument::fitName(std::string_view name, Font font, float size, float width) {
  const std::size_t first = fitting(name, font, size, width);
  if (first == name.size()) return {std::string(name)};
  std::string_view rest = name.substr(first);
  if (widthOf(rest, font, size) <= width) return {std::string(name.substr(0, first)), std::string(rest)};
  const float room = width - widthOf(kEllipsis, font, size);
  float used = 0;
  std::size_t kept = 0;
  while (kept < rest.size()) {
    const std::size_t length = lastLength(rest.substr(0, rest.size() - kept));
    used += widthOf(rest.substr(rest.size() - kept - length, length), font, size);
    if (used > room) break;
    kept += length;
  }
  return {std::string(name.substr(0, first)), std::string(kEllipsis) + std::string(rest.substr(rest.size() - kept))};
}

std::vector<std::string> PdfDocument::wrap(std::string_view text, Font font, float size, float width,
                                           std::size_t maxLines) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    if (lines.size() + 1 == maxLines) {
      lines.push_back(fitEnd(text, font, size, width));
      break;
    }
    std::size_t taken = fitting(text, font, size, width);
    if (taken < text.size()) {
      const std::size_t space = text.substr(0, taken + 1).rfind(' ');
      if (space != std::string_view::npos && space > 0) taken = space;
    }
    if (taken == 0) taken = firstCharacter(text).size();
    lines.emplace_back(text.substr(0, taken));
    text.remove_prefix(taken);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  }
  return lines;
}

base::Result<base::Bytes> PdfDocument::finish(std::string_view title, std::string_view producer, base::WallTime time) {
  if (error_ == 0) {
    HPDF_SetInfoAttr(doc_, HPDF_INFO_TITLE, std::string(title).c_str());
    HPDF_SetInfoAttr(doc_, HPDF_INFO_CREATOR, std::string(producer).c_str());
    HPDF_SetInfoDateAttr(doc_, HPDF_INFO_CREATION_DATE, dateOf(time));
    HPDF_SetInfoDateAttr(doc_, HPDF_INFO_MOD_DATE, dateOf(time));
    HPDF_SetPageMode(doc_, HPDF_PAGE_MODE_USE_NONE);
    HPDF_SaveToStream(doc_);
  }
  base::Bytes out(error_ == 0 ? HPDF_GetStreamSize(doc_) : 0);
  HPDF_UINT32 size = static_cast<HPDF_UINT32>(out.size());
  if (error_ == 0) HPDF_ReadFromStream(doc_, out.data(), &size);
  if (error_ != 0) return base::fail("libharu made no PDF, error " + std::to_string(error_));
  return out;
}

}  // namespace manage
