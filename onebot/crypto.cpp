#include "onebot/crypto.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <cstdint>
#include <exception>
#include <memory>

namespace onebot::crypto {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* owned) const {
    Free(owned);
  }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, Freed<EVP_CIPHER_CTX_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;

// What fails here leaves a note in the thread's error queue, where a TLS connection would take it for its own.
struct Quiet {
  ~Quiet() { ERR_clear_error(); }
};

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string digest(const EVP_MD* kind, std::string_view bytes) {
  std::string out(static_cast<std::size_t>(EVP_MD_get_size(kind)), '\0');
  EVP_Digest(bytes.data(), bytes.size(), bytes_of(out), nullptr, kind, nullptr);
  return out;
}

EVP_PKEY* key_of(const std::shared_ptr<void>& key) { return static_cast<EVP_PKEY*>(key.get()); }

constexpr std::uint8_t kNoBase64 = 0x80;
constexpr auto kBase64 = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoBase64);
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}();

constexpr std::size_t kCipherBlock = 16;

// How many bytes of the last block are padding; 0: it is not padded. Looks at every byte whatever it holds.
std::size_t padding_of(std::string_view block) {
  const auto byte = [&](std::size_t i) -> unsigned { return static_cast<unsigned char>(block[i]); };
  const unsigned count = byte(kCipherBlock - 1);
  unsigned wrong = static_cast<unsigned>(count == 0) | static_cast<unsigned>(count > kCipherBlock);
  for (std::size_t i = 0; i < kCipherBlock; ++i) {
    const auto within = static_cast<unsigned>(kCipherBlock - i <= count);
    wrong |= within & static_cast<unsigned>(byte(i) != count);
  }
  return wrong != 0 ? 0 : count;
}

}  // namespace

std::string sha1(std::string_view bytes) { return digest(EVP_sha1(), bytes); }
std::string sha256(std::string_view bytes) { return digest(EVP_sha256(), bytes); }

RunningDigest::RunningDigest(Kind kind)
    : context_(EVP_MD_CTX_new(), [](void* context) { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context)); }) {
  static constexpr const EVP_MD* (*kDigests[])() = {EVP_md5, EVP_sha1, EVP_sha256};
  EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_.get()), kDigests[static_cast<int>(kind)](), nullptr);
}

void RunningDigest::add(std::string_view bytes) {
  EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_.get()), bytes.data(), bytes.size());
}

std::string RunningDigest::finish() {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(context_.get()), bytes_of(out), &size);
  out.resize(size);
  return out;
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  std::string out(32, '\0');
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(bytes), bytes.size(), bytes_of(out), nullptr);
  return out;
}

std::string hex(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) fmt::format_to(std::back_inserter(out), "{:02x}", static_cast<unsigned char>(c));
  return out;
}

std::string base64(std::string_view bytes) {
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(bytes_of(out), bytes_of(bytes), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

// By table, since fragments of files come as Base64 by the megabyte; OpenSSL would also skip blanks and line ends.
std::optional<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  text.remove_suffix(padding);
  std::string out;
  out.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0, seen = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::uint8_t six = kBase64[static_cast<unsigned char>(text[at])];
    seen |= six;
    bits = bits << 6 | (six & 0x3fU);
    if (at % 4 != 3) continue;
    const char bytes[] = {static_cast<char>(bits >> 16), static_cast<char>(bits >> 8), static_cast<char>(bits)};
    out.append(bytes, 3);
  }
  if (padding > 0) {
    bits <<= 6 * padding;
    if ((bits & (padding == 1 ? 0xffU : 0xffffU)) != 0) return std::nullopt;  // bits behind the last byte
    out.push_back(static_cast<char>(bits >> 16));
    if (padding == 1) out.push_back(static_cast<char>(bits >> 8));
  }
  if ((seen & kNoBase64) != 0) return std::nullopt;
  return out;
}

std::optional<Deciphered> aes_256_cbc_decipher(std::string_view key, std::string_view iv, std::string_view bytes) {
  if (key.size() != 32 || iv.size() != 16 || bytes.empty() || bytes.size() % kCipherBlock != 0) return std::nullopt;
  const Quiet quiet;
  const Cipher cipher(EVP_CIPHER_CTX_new());
  Deciphered out{.text = std::string(bytes.size(), '\0')};
  int size = 0;
  if (EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_cbc(), nullptr, bytes_of(key), bytes_of(iv)) != 1 ||
      EVP_CIPHER_CTX_set_padding(cipher.get(), 0) != 1 ||
      EVP_DecryptUpdate(cipher.get(), bytes_of(out.text), &size, bytes_of(bytes), static_cast<int>(bytes.size())) !=
          1) {
    return std::nullopt;
  }
  const std::size_t padding = padding_of(std::string_view(out.text).substr(out.text.size() - kCipherBlock));
  out.padded = padding != 0;
  out.text.resize(out.text.size() - padding);
  return out;
}

std::optional<std::string> aes_256_cbc_decrypt(std::string_view key, std::string_view iv, std::string_view bytes) {
  auto deciphered = aes_256_cbc_decipher(key, iv, bytes);
  if (!deciphered || !deciphered->padded) return std::nullopt;
  return std::move(deciphered->text);
}

std::string aes_256_cbc_encrypt(std::string_view key, std::string_view iv, std::string_view bytes) {
  if (key.size() != 32 || iv.size() != 16) return {};
  const Quiet quiet;
  const Cipher cipher(EVP_CIPHER_CTX_new());
  std::string out(bytes.size() + 16, '\0');
  int head = 0, tail = 0;
  if (EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_cbc(), nullptr, bytes_of(key), bytes_of(iv)) != 1 ||
      EVP_EncryptUpdate(cipher.get(), bytes_of(out), &head, bytes_of(bytes), static_cast<int>(bytes.size())) != 1 ||
      EVP_EncryptFinal_ex(cipher.get(), bytes_of(out) + head, &tail) != 1) {
    return {};
  }
  out.resize(static_cast<std::size_t>(head + tail));
  return out;
}

bool constant_time_equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string random_bytes(std::size_t count) {
  std::string out(count, '\0');
  // Without random numbers nothing here is safe to go on with.
  if (RAND_bytes(bytes_of(out), static_cast<int>(count)) != 1) std::terminate();
  return out;
}

std::string uuid() {
  std::string raw = random_bytes(16);
  raw[6] = static_cast<char>((raw[6] & 0x0f) | 0x40);
  raw[8] = static_cast<char>((raw[8] & 0x3f) | 0x80);
  const std::string text = hex(raw);
  return fmt::format("{}-{}-{}-{}-{}", text.substr(0, 8), text.substr(8, 4), text.substr(12, 4), text.substr(16, 4),
                     text.substr(20));
}

Ed25519::Ed25519(std::string_view seed) {
  const Quiet quiet;
  EVP_PKEY* key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes_of(seed), seed.size());
  if (key) key_ = std::shared_ptr<void>(key, [](void* owned) { EVP_PKEY_free(static_cast<EVP_PKEY*>(owned)); });
}

std::string Ed25519::sign(std::string_view message) const {
  const Quiet quiet;
  const Digest context(EVP_MD_CTX_new());
  std::string out(64, '\0');
  std::size_t size = out.size();
  if (!key_ || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_of(key_)) != 1 ||
      EVP_DigestSign(context.get(), bytes_of(out), &size, bytes_of(message), message.size()) != 1) {
    return {};
  }
  return out;
}

bool Ed25519::verify(std::string_view message, std::string_view signature) const {
  const Quiet quiet;
  const Digest context(EVP_MD_CTX_new());
  return key_ && signature.size() == 64 &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_of(key_)) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message), message.size()) == 1;
}

}  // namespace onebot::crypto
