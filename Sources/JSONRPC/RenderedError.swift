import Specification
import StrictJSON

/// An error of the document, serialized once as far as every answer has it alike.
struct RenderedError: Sendable {
    let name: RPCErrorName
    let code: Int
    let needsData: Bool
    private let allowsOtherText: Bool
    private let head: [UInt8]
    private let message: [UInt8]

    init(_ error: OpenRPCError) {
        name = RPCErrorName(rawValue: error.name)
        code = error.code
        needsData = error.data == .required
        allowsOtherText = error.textRule == .replaceable
        head = Array(#"{"jsonrpc":"2.0","error":{"code":\#(error.code),"message":"#.utf8)
        message = Self.render(error.text)
    }

    /// The answer. A text is ignored if the document does not let it replace its own.
    func answer(id: JSONValue, data: JSONValue? = nil, text: LocalizedText? = nil) -> [UInt8] {
        let message = text.flatMap { allowsOtherText ? Self.render($0) : nil } ?? message
        var answer: [UInt8] = []
        answer.reserveCapacity(head.count + message.count + 128)
        answer.append(contentsOf: head)
        answer.append(contentsOf: message)
        if let data {
            answer.append(contentsOf: #","data":"#.utf8)
            data.write(to: &answer)
        }
        answer.append(contentsOf: #"},"id":"#.utf8)
        id.write(to: &answer)
        answer.append(UInt8(ascii: "}"))
        return answer
    }

    private static func render(_ text: LocalizedText) -> [UInt8] {
        let object: JSONObject = ["ru": .string(text.ru), "uz": .string(text.uz), "en": .string(text.en)]
        return JSONValue.object(object).serialized()
    }
}
