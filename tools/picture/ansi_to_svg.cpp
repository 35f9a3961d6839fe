// ansi-to-svg < terminal-output > picture.svg: lines of text with SGR colours as a picture.
#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

namespace {

constexpr int line_height = 19, margin = 14, character_width = 8;

// The colours of ECMA-48 SGR that Gatepost uses.
std::string style_of(const std::string& code) {
  if (code == "1;32") return "fill:#4ade80;font-weight:bold";
  if (code == "1;33") return "fill:#facc15;font-weight:bold";
  if (code == "1;31") return "fill:#f87171;font-weight:bold";
  if (code == "90") return "fill:#8b949e";
  if (code == "1") return "fill:#f0f6fc;font-weight:bold";
  return "fill:#c9d1d9";
}

std::string escaped(char c) {
  switch (c) {
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '&':
      return "&amp;";
    default:
      return {c};
  }
}

// One line as <tspan>s; `width` becomes the number of its characters.
std::string spans(const std::string& line, int& width) {
  std::string out = "<tspan style='" + style_of("0") + "'>";
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\x1b' && i + 1 < line.size() && line[i + 1] == '[') {
      const auto end = line.find_first_not_of("0123456789;", i + 2);
      if (end == std::string::npos) break;
      if (line[end] == 'm') out += "</tspan><tspan style='" + style_of(line.substr(i + 2, end - i - 2)) + "'>";
      i = end;
      continue;
    }
    if (static_cast<unsigned char>(line[i]) < 0x20) continue;
    if ((static_cast<unsigned char>(line[i]) & 0xC0) != 0x80) ++width;
    out += escaped(line[i]);
  }
  return out + "</tspan>";
}

}  // namespace

int main() {
  std::vector<std::string> lines;
  int widest = 0;
  for (std::string line; std::getline(std::cin, line);) {
    int width = 0;
    lines.push_back(spans(line, width));
    widest = std::max(widest, width);
  }
  const int height = static_cast<int>(lines.size()) * line_height + 2 * margin;
  const int width = widest * character_width + 2 * margin;
  std::cout << "<svg xmlns='http://www.w3.org/2000/svg' width='" << width << "' height='" << height << "'>\n"
            << "<rect width='100%' height='100%' rx='8' fill='#0d1117'/>\n"
            << "<g font-family='DejaVu Sans Mono, Menlo, Consolas, monospace' font-size='13' xml:space='preserve'>\n";
  int y = margin + 13;
  for (const auto& line : lines) {
    std::cout << "<text x='" << margin << "' y='" << y << "'>" << line << "</text>\n";
    y += line_height;
  }
  std::cout << "</g>\n</svg>\n";
}
