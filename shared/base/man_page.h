// Manual pages (troff with the man macros) out of the help that a program prints, and out of its tables.
//
// A help page has one form in all programs: "NAME: what it is.", "usage:" with its lines, paragraphs, and lists: a line
// that ends with a colon, then two blanks and a term, more blanks and what it says, on lines that go on further in;
// under "examples:" what it says stands on the next lines. A page made of it has the same in the order of man-pages(7).
// Pure; text in, text out; a page has an owner.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace base {

class ManPage {
 public:
  // "isns-server", '8', "0.1.0"
  ManPage(std::string_view name, char section, std::string_view version);

  // A whole help page: NAME, SYNOPSIS, DESCRIPTION and its lists.
  void addHelp(std::string_view help);
  // The help of a command below that of the page, under a heading of its own, without the lists that `skipped` tells of
  // by the begin of their titles.
  void addPart(std::string_view help, std::span<const std::string_view> skipped);

  void addName(std::string_view summary);
  void beginSection(std::string_view title);  // in capitals
  void addParagraph(std::string_view text);
  void addTerm(std::string_view term, std::string_view says);
  // "sanctl(1)", as they are: pages of other names are printed with their section.
  void addSeeAlso(std::span<const std::string_view> pages);

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  struct Block;
  void addList(const Block& block, std::string_view macro);
  void addVerbatim(std::string_view lines);

  std::string name_;
  std::string text_;
};

}  // namespace base
