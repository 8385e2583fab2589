import StrictJSON

/// Reads an object of a request, and says which field is wrong.
struct YooFields {
    let object: JSONObject
    /// What stands before the names of its fields, with a dot at the end; empty: nothing.
    var place = ""

    func wrong(_ name: String, _ description: String) -> YooProblem { .wrong(place + name, description) }

    /// nil, if it is not there or null.
    subscript(name: String) -> JSONValue? {
        guard let value = object[name], !value.isNull else { return nil }
        return value
    }

    func text(_ name: String, _ lengths: ClosedRange<Int>) throws(YooProblem) -> String? {
        guard let value = self[name] else { return nil }
        guard let text = value.stringValue, lengths.contains(text.unicodeScalars.count) else {
            throw wrong(name, "It has to be a text of \(lengths.lowerBound) to \(lengths.upperBound) characters")
        }
        return text
    }

    func required(_ name: String, _ lengths: ClosedRange<Int>) throws(YooProblem) -> String {
        guard let text = try text(name, lengths) else { throw wrong(name, "It is required") }
        return text
    }

    func flag(_ name: String) throws(YooProblem) -> Bool? {
        guard let value = self[name] else { return nil }
        guard let flag = value.boolValue else { throw wrong(name, "It has to be true or false") }
        return flag
    }

    func fields(_ name: String) throws(YooProblem) -> YooFields? {
        guard let value = self[name] else { return nil }
        guard let object = value.objectValue else { throw wrong(name, "It has to be an object") }
        return YooFields(object: object, place: place + name + ".")
    }

    func integer(_ name: String, _ range: ClosedRange<Int64>) throws(YooProblem) -> Int64? {
        guard let value = self[name] else { return nil }
        guard let number = value.integerValue, range.contains(number) else {
            throw wrong(name, "It has to be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// - Parameter currency: the only one that is taken.
    /// - Returns: minor units; nil if there is none.
    func amount(_ name: String, _ currency: String) throws(YooProblem) -> Int64? {
        guard let amount = try fields(name) else { return nil }
        guard let minor = amount["value"]?.stringValue.flatMap(YooSum.read), minor > 0 else {
            throw amount.wrong("value", "It has to be a text such as \"1000.00\", and more than zero")
        }
        let stated = try amount.required("currency", 3...3)
        guard YooSum.currencies.contains(stated) else { throw amount.wrong("currency", "There is no such currency") }
        guard stated == currency else { throw amount.wrong("currency", "The shop takes \(currency) only") }
        return minor
    }

    /// Source: yookassa.md 5.
    func metadata() throws(YooProblem) -> JSONObject {
        guard let value = self["metadata"] else { return [:] }
        guard let object = value.objectValue, object.count <= 16,
            object.allSatisfy({ key, value in
                (1...32).contains(key.unicodeScalars.count) && (value.stringValue?.unicodeScalars.count ?? 513) <= 512
            })
        else {
            throw wrong("metadata", "Up to 16 pairs, keys of up to 32 characters, texts of up to 512 characters")
        }
        return object
    }
}
