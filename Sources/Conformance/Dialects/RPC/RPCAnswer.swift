import StrictJSON

extension RPCDialect {
    func answer(_ wire: WireAnswer) -> Answer { Answer(wire, content: Self.content, words: Self.words) }

    /// A member that is there and not null.
    private static func present(_ name: String, in envelope: JSONObject) -> JSONValue? {
        // Spelt out, for JSONValue can be written `nil` as well, and then means null.
        guard let value = envelope[name], !value.isNull else { return Optional.none }
        return value
    }

    private static func content(_ envelope: JSONObject) -> Answer.Content {
        switch (present("result", in: envelope), present("error", in: envelope)) {
        case (let result?, nil): return .result(result)
        case (nil, nil): return .malformed("there is neither a result nor an error")
        case (.some, .some): return .malformed("there are both a result and an error")
        case (nil, let error?):
            guard let object = error.objectValue else { return .malformed("`error` is no object") }
            guard let code = object["code"]?.integerValue else { return .malformed("`error.code` is no integer") }
            return .error(code: code, object)
        }
    }

    private static func words(_ code: Int64, _ error: JSONObject) -> String {
        let message = error["message"]?["en"] ?? error["message"]
        let data = error["data"].map { ", data \($0.text)" } ?? ""
        return "error \(code)\(message.map { " \($0.text)" } ?? "")\(data)"
    }
}
