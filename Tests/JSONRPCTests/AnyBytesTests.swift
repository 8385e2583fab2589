import JSONRPC
import Specification
import StrictJSON
import Testing

@Suite("Whatever bytes come")
struct AnyBytesTests {
    /// Random bytes hardly ever reach a handler, so most inputs are a good request with something done to it.
    @Test("the answer is one the document allows", arguments: [1, 2, 3, 4])
    func anyBytes(_ seed: UInt64) async throws {
        let payme = try Specifications.load().payme
        let dispatcher = try RPCDispatcher<Void>(document: payme, methods: payme.methods.map(Self.handler))
        let checker = RPCAnswerChecker(document: payme)
        var random = SplitMix(seed: seed)
        var codes: Set<Int?> = []
        for _ in 0..<2_000 {
            let body = random.mutated(Self.requests.randomElement(using: &random) ?? "")
            let answer = await dispatcher.answer(to: body, context: ())
            let bytes = try await answer.body.collect()
            let problems = checker.problems(inAnswer: bytes, toMethod: answer.method, id: answer.id)
            #expect(
                problems == [], "\(String(decoding: body, as: UTF8.self)) → \(String(decoding: bytes, as: UTF8.self))")
            codes.insert(answer.errorCode)
        }
        // Every stage was reached: parse, envelope, method, parameters, handler, result.
        #expect(codes.isSuperset(of: [nil, -32700, -32600, -32601, -32602, -32400, -31003]))
    }

    private static let requests = [
        #"{"jsonrpc":"2.0","id":1,"method":"CheckTransaction","params":{"id":"53327b3fc92af52c0b72b695"}}"#,
        #"{"id":"a","method":"CheckPerformTransaction","params":{"amount":500000,"account":{"order_id":197}}}"#,
        #"{"id":2,"method":"CancelTransaction","params":{"id":"5332","reason":5}}"#,
        #"{"id":3,"method":"GetStatement","params":{"from":0,"to":1399114284039}}"#,
        #"{"id":4,"method":"SetFiscalData","params":{"id":"a","type":"PERFORM","fiscal_data":{"status_code":0}}}"#,
        "",
    ]

    /// A method that answers with the first example of its result, or fails, as the id in its parameters decides.
    private static func handler(_ method: OpenRPCMethod) -> RPCMethod<Void> {
        let result = method.result.examples.first.map { JSONValue($0) } ?? .null
        let notFound = RPCErrorName("TransactionNotFound")
        let raises: Set<RPCErrorName> = method.errors.contains(notFound.rawValue) ? [notFound] : []
        return RPCMethod(method.name, raises: raises) { params, _ in
            switch params["id"]?.stringValue?.utf8.reduce(0, { ($0 + Int($1)) % 3 }) {
            case 1: throw RPCFailure(notFound)
            case 2: throw Mishap()
            default: return .value(result)
            }
        }
    }
}

/// A generator that gives the same numbers for the same seed.
private struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// The text with none to three things done to it.
    mutating func mutated(_ text: String) -> [UInt8] {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 0...3, using: &self) {
            let place = Int.random(in: 0...bytes.count, using: &self)
            switch Int.random(in: 0..<6, using: &self) {
            case 0 where place < bytes.count: bytes[place] = .random(in: .min ... .max, using: &self)
            case 1 where place < bytes.count: bytes.remove(at: place)
            case 2: bytes.insert(.random(in: 0x20...0x7E, using: &self), at: place)
            case 3: bytes.insert(contentsOf: Self.snippets.randomElement(using: &self)?.utf8 ?? "".utf8, at: place)
            case 4 where Bool.random(using: &self): bytes.removeSubrange(place...)
            default: replaceWord(&bytes)
            }
        }
        return bytes
    }

    private static let snippets = [
        "null", "true", "-1", "1.0", "99999999999999999999", "[]", "{}", "\"\"", ",", ":", "\"x\":", "\\u0000", "ё",
    ]

    /// Puts a snippet where a whole value stood, which leaves the text JSON more often than not.
    private mutating func replaceWord(_ bytes: inout [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        let ranges = text.ranges(of: /"[^"]*"|[0-9]+/)
        guard let range = ranges.randomElement(using: &self), let snippet = Self.snippets.randomElement(using: &self)
        else { return }
        bytes = Array(text.replacingCharacters(in: range, with: snippet).utf8)
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<Index>, with replacement: String) -> String {
        self[..<range.lowerBound] + replacement + self[range.upperBound...]
    }
}
