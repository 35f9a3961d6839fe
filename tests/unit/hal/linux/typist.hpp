// A scanner that types, as its maker's tables for each host layout have it.
#pragma once

#include <linux/input-event-codes.h>

#include <gatepost/hal/keyboard.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::hal {

/// A key, and what is held with it: "" alone, "S" Shift, "G" AltGr.
struct Stroke {
  unsigned key;
  std::string_view held;
};

/// What is typed for a character; two strokes where the first is a dead key.
using Strokes = std::vector<Stroke>;

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz";
constexpr unsigned letter_keys[] = {KEY_A, KEY_B, KEY_C, KEY_D, KEY_E, KEY_F, KEY_G, KEY_H, KEY_I,
                                    KEY_J, KEY_K, KEY_L, KEY_M, KEY_N, KEY_O, KEY_P, KEY_Q, KEY_R,
                                    KEY_S, KEY_T, KEY_U, KEY_V, KEY_W, KEY_X, KEY_Y, KEY_Z};
constexpr unsigned digit_keys[] = {KEY_0, KEY_1, KEY_2, KEY_3, KEY_4, KEY_5, KEY_6, KEY_7, KEY_8, KEY_9};

using Table = std::map<char, Strokes>;

inline Table english() {
  return {{'!', {{KEY_1, "S"}}},          {'$', {{KEY_4, "S"}}},         {'%', {{KEY_5, "S"}}},
          {'^', {{KEY_6, "S"}}},          {'&', {{KEY_7, "S"}}},         {'*', {{KEY_8, "S"}}},
          {'(', {{KEY_9, "S"}}},          {')', {{KEY_0, "S"}}},         {'-', {{KEY_MINUS, ""}}},
          {'_', {{KEY_MINUS, "S"}}},      {'=', {{KEY_EQUAL, ""}}},      {'+', {{KEY_EQUAL, "S"}}},
          {'[', {{KEY_LEFTBRACE, ""}}},   {'{', {{KEY_LEFTBRACE, "S"}}}, {']', {{KEY_RIGHTBRACE, ""}}},
          {'}', {{KEY_RIGHTBRACE, "S"}}}, {';', {{KEY_SEMICOLON, ""}}},  {':', {{KEY_SEMICOLON, "S"}}},
          {'\'', {{KEY_APOSTROPHE, ""}}}, {'`', {{KEY_GRAVE, ""}}},      {',', {{KEY_COMMA, ""}}},
          {'<', {{KEY_COMMA, "S"}}},      {'.', {{KEY_DOT, ""}}},        {'>', {{KEY_DOT, "S"}}},
          {'/', {{KEY_SLASH, ""}}},       {'?', {{KEY_SLASH, "S"}}}};
}

inline Table american() {
  return {{'@', {{KEY_2, "S"}}},     {'#', {{KEY_3, "S"}}},         {'"', {{KEY_APOSTROPHE, "S"}}},
          {'~', {{KEY_GRAVE, "S"}}}, {'\\', {{KEY_BACKSLASH, ""}}}, {'|', {{KEY_BACKSLASH, "S"}}}};
}

inline Table british() {
  return {{'"', {{KEY_2, "S"}}},         {'@', {{KEY_APOSTROPHE, "S"}}}, {'#', {{KEY_BACKSLASH, ""}}},
          {'~', {{KEY_BACKSLASH, "S"}}}, {'\\', {{KEY_102ND, ""}}},      {'|', {{KEY_102ND, "S"}}}};
}

inline Table german() {
  return {{'!', {{KEY_1, "S"}}},
          {'"', {{KEY_2, "S"}}},
          {'$', {{KEY_4, "S"}}},
          {'%', {{KEY_5, "S"}}},
          {'&', {{KEY_6, "S"}}},
          {'/', {{KEY_7, "S"}}},
          {'(', {{KEY_8, "S"}}},
          {')', {{KEY_9, "S"}}},
          {'=', {{KEY_0, "S"}}},
          {'?', {{KEY_MINUS, "S"}}},
          {'\\', {{KEY_MINUS, "G"}}},
          {'{', {{KEY_7, "G"}}},
          {'[', {{KEY_8, "G"}}},
          {']', {{KEY_9, "G"}}},
          {'}', {{KEY_0, "G"}}},
          {'@', {{KEY_Q, "G"}}},
          {'+', {{KEY_RIGHTBRACE, ""}}},
          {'*', {{KEY_RIGHTBRACE, "S"}}},
          {'~', {{KEY_RIGHTBRACE, "G"}}},
          {'#', {{KEY_BACKSLASH, ""}}},
          {'\'', {{KEY_BACKSLASH, "S"}}},
          {',', {{KEY_COMMA, ""}}},
          {';', {{KEY_COMMA, "S"}}},
          {'.', {{KEY_DOT, ""}}},
          {':', {{KEY_DOT, "S"}}},
          {'-', {{KEY_SLASH, ""}}},
          {'_', {{KEY_SLASH, "S"}}},
          {'<', {{KEY_102ND, ""}}},
          {'>', {{KEY_102ND, "S"}}},
          {'|', {{KEY_102ND, "G"}}},
          {'^', {{KEY_GRAVE, ""}, {KEY_SPACE, ""}}},
          {'`', {{KEY_EQUAL, "S"}, {KEY_SPACE, ""}}}};
}

inline Table french() {
  return {{'&', {{KEY_1, ""}}},
          {'"', {{KEY_3, ""}}},
          {'\'', {{KEY_4, ""}}},
          {'(', {{KEY_5, ""}}},
          {'-', {{KEY_6, ""}}},
          {'_', {{KEY_8, ""}}},
          {')', {{KEY_MINUS, ""}}},
          {'=', {{KEY_EQUAL, ""}}},
          {'+', {{KEY_EQUAL, "S"}}},
          {'#', {{KEY_3, "G"}}},
          {'{', {{KEY_4, "G"}}},
          {'[', {{KEY_5, "G"}}},
          {'|', {{KEY_6, "G"}}},
          {'\\', {{KEY_8, "G"}}},
          {'^', {{KEY_9, "G"}}},
          {'@', {{KEY_0, "G"}}},
          {']', {{KEY_MINUS, "G"}}},
          {'}', {{KEY_EQUAL, "G"}}},
          {'$', {{KEY_RIGHTBRACE, ""}}},
          {'*', {{KEY_BACKSLASH, ""}}},
          {'%', {{KEY_APOSTROPHE, "S"}}},
          {',', {{KEY_M, ""}}},
          {'?', {{KEY_M, "S"}}},
          {';', {{KEY_COMMA, ""}}},
          {'.', {{KEY_COMMA, "S"}}},
          {':', {{KEY_DOT, ""}}},
          {'/', {{KEY_DOT, "S"}}},
          {'!', {{KEY_SLASH, ""}}},
          {'<', {{KEY_102ND, ""}}},
          {'>', {{KEY_102ND, "S"}}},
          {'~', {{KEY_2, "G"}, {KEY_SPACE, ""}}},
          {'`', {{KEY_7, "G"}, {KEY_SPACE, ""}}}};
}

/// Of all printable ASCII characters, written down from the published pictures of Windows' layouts.
inline Table strokes_of(KeyLayout layout) {
  Table all{{' ', {{KEY_SPACE, ""}}}};
  const auto letter = [&](char c, unsigned key) {
    all[c] = {{key, ""}};
    all[static_cast<char>(c - 'a' + 'A')] = {{key, "S"}};
  };
  const auto add = [&](const Table& some) {
    for (const auto& [c, strokes] : some) all[c] = strokes;
  };
  for (std::size_t i = 0; i < letters.size(); ++i) letter(letters[i], letter_keys[i]);
  for (int i = 0; i < 10; ++i) all[static_cast<char>('0' + i)] = {{digit_keys[i], layout == KeyLayout::fr ? "S" : ""}};
  switch (layout) {
    case KeyLayout::us:
      add(english());
      add(american());
      break;
    case KeyLayout::uk:
      add(english());
      add(british());
      break;
    case KeyLayout::de:
      add(german());
      letter('y', KEY_Z);
      letter('z', KEY_Y);
      break;
    case KeyLayout::fr:
      add(french());
      letter('a', KEY_Q);
      letter('q', KEY_A);
      letter('z', KEY_W);
      letter('w', KEY_Z);
      letter('m', KEY_SEMICOLON);
      break;
  }
  return all;
}

}  // namespace gatepost::hal
