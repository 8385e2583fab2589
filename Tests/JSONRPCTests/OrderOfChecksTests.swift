import JSONRPC
import Specification
import StrictJSON
import Testing

@Suite("The order of checks")
struct OrderOfChecksTests {
    /// Each request breaks one check more than the next, so the first that fails has to be the one that answers.
    @Test(
        "is admission, JSON, envelope, method, parameters, handler",
        arguments: [
            // admitted, body, code
            (false, "nonsense", -5),
            (true, "nonsense", -2),
            (false, #"{"id":1,"method":7}"#, -5),
            (true, #"{"id":1,"method":7}"#, -3),
            (true, #"{"id":1,"method":"Sell","params":7}"#, -3),
            (false, #"{"id":1,"method":"Sell","params":{"rows":1}}"#, -5),
            (true, #"{"id":1,"method":"Sell","params":{"rows":1}}"#, -4),
            (true, #"{"id":1,"method":"List","params":{"rows":1}}"#, -7),
            (false, #"{"id":1,"method":"List","params":{"rows":[-1]}}"#, -5),
            (true, #"{"id":1,"method":"List","params":{"rows":[-1]}}"#, -6),
        ])
    func order(_ isAdmitted: Bool, _ body: String, _ code: Int) async throws {
        let log = Log()
        let answer = try await Shop.plain.dispatcher().answer(
            to: Array(body.utf8), admission: isAdmitted ? .granted : .refused("Unauthorized"), context: log)
        #expect(answer.errorCode == code)
        #expect(log.entries.count == (code == -6 ? 1 : 0))
    }

    @Test(
        "lets a refused caller learn nothing but its own id",
        arguments: [
            (#"{"id":5,"method":"Buy","params":{"do":"it"}}"#, "5"),
            (#"{"id":"x"}"#, #""x""#),
            (#"{"method":"Buy","params":{"do":"it"}}"#, "null"),
            (#"{"id":[5]}"#, "null"),
            (#"{"id":true}"#, "null"),
            ("[{\"id\":5}]", "null"),
            ("{\"id\":5", "null"),
            ("", "null"),
        ])
    func refused(_ body: String, _ id: String) async throws {
        for shop in [Shop.plain, Shop.standard] {
            let log = Log()
            let text = try await shop.dispatcher().text(body, admission: .refused("Unauthorized"), log: log)
            #expect(text == failure(-5, "Rights.", id: id))
            #expect(log.entries.isEmpty)
        }
    }

    @Test("needs no body for a protocol event")
    func events() async throws {
        let shop = try Shop.plain.dispatcher()
        let notPost = shop.failure(for: .notPost)
        #expect(String(decoding: try await notPost.body.collect(), as: UTF8.self) == failure(-1, "Post.", id: "null"))
        #expect(notPost.errorName == "NotPost")
        #expect(notPost.id == .null)
        let named = shop.failure("NoMoney", id: "a", data: "purse")
        #expect(
            String(decoding: try await named.body.collect(), as: UTF8.self)
                == failure(-50, "Money.", data: "purse", id: #""a""#))
    }

    @Test("answers an internal error where a name is no error of the document")
    func unknownName() async throws {
        let shop = try Shop.plain.dispatcher()
        let answer = await shop.answer(to: [], admission: .refused("Nobody"), context: Log())
        #expect(answer.errorName == "Failed")
        #expect(answer.underlyingError is RPCContractBreach)
    }
}
