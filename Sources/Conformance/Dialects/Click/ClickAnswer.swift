import StrictJSON

extension ClickDialect {
    func answer(_ wire: WireAnswer) -> Answer {
        Answer(wire, content: Self.content) { code, object in
            "error \(code)\(object["error_note"].map { " \($0.text)" } ?? "")"
        }
    }

    private static func content(_ object: JSONObject) -> Answer.Content {
        guard let error = object["error"] else { return .malformed("there is no `error`") }
        guard let code = code(error) else {
            return .malformed("`error` is \(error.text.shortened(to: 60)), not a number")
        }
        return code == 0 ? .result(.object(object)) : .error(code: code, object)
    }

    /// A text of digits is read as well: Click's own samples send it. ``ClickFrame`` says so.
    private static func code(_ value: JSONValue) -> Int64? {
        if let text = value.stringValue { return Int64(text) }
        return value.integerValue
    }
}
