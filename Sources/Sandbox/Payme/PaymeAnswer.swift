import Specification
import StrictJSON

/// An answer of the endpoint, as Payme reads it.
enum PaymeAnswer: Sendable {
    case result(JSONValue)
    case error(code: Int64, message: LocalizedText)
    /// No answer, another status than 200, or a body that is no answer.
    case unusable

    /// Source: payme.md 1.1 (any status but 200 is an error), 1.4 (message).
    init(_ answer: WireAnswer) {
        let limits = JSONLimits(maximumDepth: 32, maximumBytes: 4 << 20, maximumMembers: 1_024)
        guard answer.status == 200, let value = try? JSONValue(parsing: answer.bytes, limits: limits) else {
            self = .unusable
            return
        }
        if let error = value["error"], let code = error["code"]?.integerValue {
            let message = error["message"]
            let plain = message?.stringValue ?? ""
            self = .error(
                code: code,
                message: LocalizedText(
                    ru: message?["ru"]?.stringValue ?? plain, uz: message?["uz"]?.stringValue ?? plain,
                    en: message?["en"]?.stringValue ?? plain))
        } else if let result = value["result"], result.objectValue != nil {
            self = .result(result)
        } else {
            self = .unusable
        }
    }

    var result: JSONValue? { if case .result(let value) = self { value } else { nil } }
}
