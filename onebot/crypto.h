// Digests, ciphers and signatures, as adapters need them. The only place in onebot/ that uses OpenSSL.

#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace onebot::crypto {

// Digests are raw bytes.
std::string sha1(std::string_view bytes);
std::string sha256(std::string_view bytes);
std::string hmac_sha256(std::string_view key, std::string_view bytes);

// A digest of what comes in pieces. MD5 and SHA-1 are here because platforms name parts of a file by them, not to be
// trusted.
class RunningDigest {
 public:
  enum class Kind { md5, sha1, sha256 };
  explicit RunningDigest(Kind kind);
  void add(std::string_view bytes);
  std::string finish();  // once; raw bytes

 private:
  std::unique_ptr<void, void (*)(void*)> context_;
};

std::string hex(std::string_view bytes);  // lower case
std::string base64(std::string_view bytes);
std::optional<std::string> base64_decode(std::string_view text);  // standard alphabet, padded; nullopt: not that

// AES-256-CBC with PKCS#7 padding. key: 32 bytes, iv: 16 bytes. nullopt: one has another length, or there are no whole
// blocks. Everything else takes a time that depends on the lengths alone.
struct Deciphered {
  std::string text{};   // without its padding; all of it where that is wrong
  bool padded = false;  // strictly as it has to be
};
std::optional<Deciphered> aes_256_cbc_decipher(std::string_view key, std::string_view iv, std::string_view bytes);
// nullopt also for what is not padded.
std::optional<std::string> aes_256_cbc_decrypt(std::string_view key, std::string_view iv, std::string_view bytes);
// "" when key or iv have another length.
std::string aes_256_cbc_encrypt(std::string_view key, std::string_view iv, std::string_view bytes);

// In a time that depends on the lengths alone.
bool constant_time_equal(std::string_view a, std::string_view b);

std::string random_bytes(std::size_t count);
std::string uuid();  // version 4

// An Ed25519 key pair, made once from its seed of 32 bytes. One made of anything else signs "" and verifies nothing.
class Ed25519 {
 public:
  explicit Ed25519(std::string_view seed);

  std::string sign(std::string_view message) const;  // 64 bytes
  bool verify(std::string_view message, std::string_view signature) const;

 private:
  std::shared_ptr<void> key_;
};

}  // namespace onebot::crypto
