// PdfDocument: pages with text, lines and boxes, by libharu; and text that is measured, broken and shortened to fit.
//
// Units are points (1/72 inch), with the origin at the top left and y downward, unlike PDF's own. Pages are A4,
// landscape. Text is UTF-8 of strangers: controls and what would reorder it are escaped. The same calls give the same
// bytes: producer and dates are given, there is no /ID.
//
// Errors: the first one that libharu tells is kept, what follows has no effect, and finish() gives it. One owner.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "shared/base/bytes.h"
#include "shared/base/clock.h"
#include "shared/base/result.h"

struct _HPDF_Doc_Rec;

namespace manage {

enum class Font : std::uint8_t { Regular, Bold };

struct Colour {
  float red, green, blue;
  friend bool operator==(const Colour&, const Colour&) = default;
};

struct Style {
  Font font = Font::Regular;
  float size = 8;
  Colour colour{0, 0, 0};
};

class PdfDocument {
 public:
  static constexpr float kWidth = 842;
  static constexpr float kHeight = 595;

  PdfDocument();
  ~PdfDocument();
  PdfDocument(const PdfDocument&) = delete;
  PdfDocument& operator=(const PdfDocument&) = delete;

  void addPage();
  [[nodiscard]] std::size_t pages() const { return pages_.size(); }
  // What follows goes to that page, from 0.
  void goTo(std::size_t page);
  // The current page in the table of contents that viewers show.
  void bookmark(std::string_view title);

  // `y` is the base line.
  void text(float x, float y, const Style& style, std::string_view text);
  void textRight(float right, float y, const Style& style, std::string_view text);
  void box(float x, float y, float width, float height, const Colour& colour);
  void line(float x1, float y1, float x2, float y2, float thickness, const Colour& colour);

  [[nodiscard]] float widthOf(std::string_view text, Font font, float size);
  // Shortened until it fits, by "…" in its middle or at its end.
  std::string fitMiddle(std::string_view text, Font font, float size, float width);
  std::string fitEnd(std::string_view text, Font font, float size, float width);
  // A name in one line or two; of a longer one its beginning stands in the first line and its end in the second.
  std::vector<std::string> fitName(std::string_view name, Font font, float size, float width);
  // Lines that fit, at most `maxLines` of them; the last one is shortened. Broken between words, or anywhere where a
  // word is too long.
  std::vector<std::string> wrap(std::string_view text, Font font, float size, float width, std::size_t maxLines);

  base::Result<base::Bytes> finish(std::string_view title, std::string_view producer, base::WallTime time);

 private:
  struct Face;
  struct Pen {  // what was set last on a page
    const void* page = nullptr;
    const void* font = nullptr;
    float size = 0;
    Colour fill{-1, -1, -1};
  };
  void loadFace(Face& face, base::ByteView file, const char* tag);
  void fill(const Colour& colour);
  std::size_t fitting(std::string_view text, Font font, float size, float width);

  unsigned long error_ = 0;
  _HPDF_Doc_Rec* doc_ = nullptr;
  std::array<std::unique_ptr<Face>, 2> faces_;
  std::vector<void*> pages_;
  void* page_ = nullptr;
  Pen pen_;
};

// Text of strangers as the PDF shows it: escaped, in the plane that the fonts can have.
std::string drawable(std::string_view text);

}  // namespace manage
