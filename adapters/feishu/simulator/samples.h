// Native events for the demo. Ids of events and messages, the times and the token are left to the simulator.

#pragma once

#include <span>
#include <string_view>

namespace feishu::simulator {

// clang-format off
inline constexpr std::string_view kFeishuSamples[] = {
    R"({"schema":"2.0","header":{"event_type":"im.message.receive_v1"},"event":{"sender":{"sender_id":{"union_id":"on_4fd840f96eb67e7319f8c743f28217e0","user_id":"7a3bd92e","open_id":"ou_26bbd28933d4134ed80af3ece3aeccb7"},"sender_type":"user"},"message":{"chat_id":"oc_6549b3a4f8e34d6a2fa62545a0b09a77","chat_type":"group","message_type":"text","content":"{\"text\":\"@_user_1 hello\"}","mentions":[{"key":"@_user_1","id":{"union_id":"on_7aa81beeab14458df3771e5934046a2e","user_id":"","open_id":"ou_ef862efc56c7665d51a7892c6fb6afec"},"mentioned_type":"bot","name":"Bridge"}]}}})",
    R"({"schema":"2.0","header":{"event_type":"im.message.receive_v1"},"event":{"sender":{"sender_id":{"union_id":"on_4fd840f96eb67e7319f8c743f28217e0","user_id":"7a3bd92e","open_id":"ou_26bbd28933d4134ed80af3ece3aeccb7"},"sender_type":"user"},"message":{"chat_id":"oc_f0efa4650023d20a992985c9953d015b","chat_type":"p2p","message_type":"text","content":"{\"text\":\"good morning\"}"}}})",
    R"({"schema":"2.0","header":{"event_type":"im.message.receive_v1"},"event":{"sender":{"sender_id":{"union_id":"on_4fd840f96eb67e7319f8c743f28217e0","user_id":"7a3bd92e","open_id":"ou_26bbd28933d4134ed80af3ece3aeccb7"},"sender_type":"user"},"message":{"chat_id":"oc_3b1f0c9a7d52e84f6a70c9d1e2b35f48","chat_type":"topic_group","message_type":"post","content":"{\"title\":\"\",\"content\":[[{\"tag\":\"text\",\"text\":\"see attached\",\"style\":[]}]],\"content_v2\":[[{\"tag\":\"md\",\"text\":\"see attached\"}]],\"files\":[{\"file_key\":\"file_v3_00q9_plan\",\"file_name\":\"plan.pdf\",\"is_folder\":false}]}"}}})",
    R"({"schema":"2.0","header":{"event_type":"im.chat.member.user.added_v1"},"event":{"chat_id":"oc_6549b3a4f8e34d6a2fa62545a0b09a77","operator_id":{"union_id":"on_4fd840f96eb67e7319f8c743f28217e0","user_id":"7a3bd92e","open_id":"ou_26bbd28933d4134ed80af3ece3aeccb7"},"external":false,"name":"Project","users":[{"name":"Marco","user_id":{"union_id":"on_11aa729d294e883dfa8df02dd9a6fe8b","user_id":"c41f60b8","open_id":"ou_e7a71b7432063814513448dd8ae056b5"}}]}})",
};

// The sample of the platform's own documents, and a message to the bot alone.
inline constexpr std::string_view kBosshiSamples[] = {
    R"({"schema":"1.0","header":{"event_type":"im.message.receive"},"event":{"sender":{"sender_id":{"union_id":"on_8ed6aa67826108097d9ee143816345","user_id":"1122334455","open_id":"ou_84aad35d084aa403a838cf73ee18467"},"sender_type":"user","tenant_key":"736588c9260f175e~"},"message":{"root_id":"5ce6d572455d361153b7cb5xxfsd~","parent_id":"5ce6d572455d361153b7cb5xx~","chat_id":"5ce6d572455d361153b7xN~","chat_type":"group","message_type":"text","content":"{\"text\":\"@_user_1 hello\"}","mentions":[{"key":"@_user_1","id":{"union_id":"on_8ed6aa67826108097d9ee143816345","user_id":"1122334455","open_id":"ou_84aad35d084aa403a838cf73ee18467"},"name":"Tom","tenant_key":"736588c9260f175e~"}]}}})",
    R"({"schema":"1.0","header":{"event_type":"im.message.receive"},"event":{"sender":{"sender_id":{"union_id":"on_80a83db9f021b4ac7be20a71a814f9","user_id":"2044618890","open_id":"ou_c06bd2d3d2db2b67f7f3ef19b47f2"},"sender_type":"user","tenant_key":"736f5c81a90be24d~"},"message":{"chat_id":"2b6303a5f551004fc3M~","chat_type":"p2p","message_type":"text","content":"{\"text\":\"good morning\"}"}}})",
};
// clang-format on

}  // namespace feishu::simulator
