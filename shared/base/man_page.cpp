#include "shared/base/man_page.h"

#include <algorithm>
#include <vector>

#include "shared/base/ascii_case.h"

namespace base {
namespace {

// What troff would take for its own.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '\\':
        out += "\\e";
        break;
      case '-':
        out += "\\-";
        break;
      case '\'':
        out += "\\(aq";
        break;
      case '`':
        out += "\\(ga";
        break;
      case '~':
        out += "\\(ti";
        break;
      case '^':
        out += "\\(ha";
        break;
      default:
        out += c;
    }
  }
  if (out.starts_with('.')) out.insert(0, "\\&");
  return out;
}

std::size_t indentOf(std::string_view line) { return std::min(line.find_first_not_of(' '), line.size()); }

std::vector<std::string_view> linesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

constexpr std::string_view kUsage = "usage: ";

}  // namespace

// What stands between blank lines of a help page: a list with its title, or text.
struct ManPage::Block {
  enum class Kind { Usage, List, Text };
  Kind kind = Kind::Text;
  std::string_view title;  // of a list, without the colon
  std::vector<std::string_view> lines;

  [[nodiscard]] std::string joined() const {
    std::string out;
    for (const std::string_view line : lines) out.append(out.empty() ? "" : " ").append(line.substr(indentOf(line)));
    return out;
  }

  static std::vector<Block> of(std::string_view help) {
    std::vector<Block> blocks;
    bool open = false;
    for (const std::string_view line : linesOf(help)) {
      if (line.empty()) {
        open = false;
        continue;
      }
      if (!open) {
        blocks.emplace_back();
        open = true;
        if (line.starts_with(kUsage)) {
          blocks.back().kind = Kind::Usage;
        } else if (line.ends_with(':')) {
          blocks.back().kind = Kind::List;
          blocks.back().title = line.substr(0, line.size() - 1);
          continue;
        }
      }
      blocks.back().lines.push_back(line);
    }
    return blocks;
  }
};

ManPage::ManPage(std::string_view name, char section, std::string_view version) : name_(name) {
  text_ = ".TH " + escaped(asciiUpper(name)) + " " + section + " \"\" \"Sanctum " + std::string(version) +
          "\" Sanctum\n.ad l\n";  // long names and paths leave holes in lines of even length
}

void ManPage::addName(std::string_view summary) {
  if (summary.ends_with('.')) summary.remove_suffix(1);
  text_ += ".SH NAME\n" + escaped(name_) + " \\- " + escaped(summary) + "\n";
}

void ManPage::beginSection(std::string_view title) { text_ += ".SH " + escaped(asciiUpper(title)) + "\n"; }
void ManPage::addParagraph(std::string_view text) { text_ += ".PP\n" + escaped(text) + "\n"; }

void ManPage::addTerm(std::string_view term, std::string_view says) {
  text_ += ".TP\n\\fB" + escaped(term) + "\\fR\n" + escaped(says) + "\n";
}

void ManPage::addVerbatim(std::string_view lines) {
  text_ += ".nf\n";
  for (const std::string_view line : linesOf(lines)) text_ += escaped(line) + "\n";
  text_ += ".fi\n";
}

void ManPage::addSeeAlso(std::span<const std::string_view> pages) {
  beginSection("see also");
  std::string line;
  for (const std::string_view page : pages) {
    const std::size_t section = std::min(page.find('('), page.size());
    line.append(line.empty() ? "" : ", ").append("\\fB").append(escaped(page.substr(0, section))).append("\\fR");
    line.append(page.substr(section));
  }
  text_ += line + "\n";
}

void ManPage::addList(const Block& block, std::string_view macro) {
  // The word of man-pages(7).
  const std::string_view title = block.title == "exit codes" ? "exit status" : block.title;
  text_ += std::string(macro) + " " + escaped(asciiUpper(title)) + "\n";
  const bool examples = block.title == "examples";
  for (std::size_t i = 0; i < block.lines.size();) {
    const std::string_view first = block.lines[i].substr(indentOf(block.lines[i]));
    const std::size_t gap = examples ? std::string_view::npos : first.find("  ");
    const std::string_view term = first.substr(0, gap);
    std::vector<std::string_view> says;
    if (gap != std::string_view::npos) says.push_back(first.substr(first.find_first_not_of(' ', gap)));
    for (++i; i < block.lines.size() && indentOf(block.lines[i]) > 2; ++i) says.push_back(block.lines[i]);
    if (examples && says.size() > 1) {  // in their own lines
      text_ += ".TP\n\\fB" + escaped(term) + "\\fR\n";
      std::string lines;
      const std::size_t least = indentOf(says.front());
      for (const std::string_view line : says) lines.append(line.substr(std::min(least, indentOf(line)))).append("\n");
      addVerbatim(lines);
    } else {
      addTerm(term, Block{Block::Kind::Text, {}, says}.joined());
    }
  }
}

void ManPage::addHelp(std::string_view help) {
  const std::vector<Block> blocks = Block::of(help);
  bool described = false;
  for (const Block& block : blocks) {
    const std::string text = block.joined();
    if (&block == &blocks.front()) {
      addName(std::string_view(text).substr(text.find(": ") + 2));
      continue;
    }
    if (block.kind == Block::Kind::Usage) {
      beginSection("synopsis");
      std::string lines;
      for (const std::string_view line : block.lines) lines.append(line.substr(kUsage.size())).append("\n");
      addVerbatim(lines);
      continue;
    }
    if (block.kind == Block::Kind::List) {
      addList(block, ".SH");
      continue;
    }
    constexpr std::string_view kSignals = "signals: ";
    if (text.starts_with(kSignals)) {
      beginSection("signals");
      addParagraph(std::string_view(text).substr(kSignals.size()));
      continue;
    }
    if (!described) beginSection("description");
    described = true;
    addParagraph(text);
  }
}

void ManPage::addPart(std::string_view help, std::span<const std::string_view> skipped) {
  for (const Block& block : Block::of(help)) {
    const auto isSkipped = [&](std::string_view title) { return block.title.starts_with(title); };
    if (block.kind == Block::Kind::List) {
      if (std::ranges::none_of(skipped, isSkipped)) addList(block, ".SS");
      continue;
    }
    if (block.kind == Block::Kind::Usage) {
      addVerbatim(Block{Block::Kind::Text, {}, block.lines}.joined().substr(kUsage.size()));
      continue;
    }
    const std::string text = block.joined();
    const std::size_t colon = text.find(": ");
    if (text.starts_with(name_.substr(0, name_.find('-'))) && colon != std::string::npos) {  // its first line
      beginSection(std::string_view(text).substr(0, colon));
      addParagraph(std::string_view(text).substr(colon + 2));
    } else {
      addParagraph(text);
    }
  }
}

}  // namespace base
