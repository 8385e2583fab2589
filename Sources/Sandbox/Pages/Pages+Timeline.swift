import StrictJSON

extension Pages {
    func entryValues(_ entry: TimelineEntry, _ language: Language) -> [String: Any] {
        var values: [String: Any] = [
            "number": entry.number, "name": entry.title, "time": Moment.text(entry.at, as: .clock),
            "machineTime": Moment.text(entry.at, as: .machine), "direction": entry.direction.rawValue,
            "directionText": text("direction_\(entry.direction.rawValue)", language), "tone": entry.tone.rawValue,
            "toneText": text("tone_\(entry.tone.rawValue)", language),
            "title": entry.direction == .event ? text("event_\(entry.title)", language) : entry.title,
            "isNote": entry.direction == .note, "sentence": texts.text(entry.sentence, language),
            "hasBody": entry.request != nil || entry.answer != nil,
        ]
        values["order"] = entry.order.flatMap { $0.isEmpty ? nil : $0 }
        values["status"] = entry.status
        values["duration"] = entry.microseconds.map { Self.duration($0, language) }
        values["request"] = entry.request.map(Self.indented)
        values["answer"] = entry.answer.map(Self.indented)
        // What the header begins with, and never what follows.
        let head: String? =
            switch entry.direction {
            case .payme: "POST /payments/payme/webhook\nAuthorization: Basic …"
            case .shop: "\(entry.title)\nAuthorization: Bearer …"
            case .click, .clickAPI, .pix, .pixBank, .yookassa, .yookassaAPI, .event, .webhook, .note: nil
            }
        values["head"] = entry.head ?? head
        return values
    }

    func suiteValues(_ progress: SuiteProgress, _ language: Language) -> [String: Any] {
        var values: [String: Any] = [
            "stage": progress.stage.rawValue, "isIdle": progress.stage == .idle,
            "isRunning": progress.stage == .running, "isDone": [.finished, .failed].contains(progress.stage),
            "isGreen": progress.stage == .finished && progress.missed == 0,
            "isRed": progress.stage == .failed || (progress.stage == .finished && progress.missed > 0),
            "total": progress.total, "done": progress.done, "passed": progress.passed, "noted": progress.noted,
            "missed": progress.missed, "skipped": progress.skipped, "current": progress.current,
            "misses": progress.misses.prefix(20).map { ["title": $0] }, "hasMisses": !progress.misses.isEmpty,
            "hasReport": progress.stage == .finished || (progress.stage == .failed && progress.done > 0),
            "duration": Self.duration(progress.milliseconds * 1_000, language),
        ]
        values["problem"] = progress.problem
        return values
    }

    /// `1.4 ms`, `2,1 с`: tenths of an integer.
    static func duration(_ microseconds: Int64, _ language: Language) -> String {
        let isShort = microseconds < 1_000_000
        let tenths = isShort ? microseconds / 100 : microseconds / 100_000
        let point = language == .en ? "." : ","
        let unit = language == .ru ? (isShort ? "мс" : "с") : isShort ? "ms" : "s"
        return "\(tenths / 10)\(point)\(tenths % 10)\u{00A0}\(unit)"
    }

    /// JSON with a member on every line; anything else as it is.
    static func indented(_ text: String) -> String {
        guard let value = try? JSONValue(parsing: text) else { return text }
        return lines(value, "")
    }

    private static func lines(_ value: JSONValue, _ margin: String) -> String {
        switch value {
        case .object(let object) where !object.isEmpty:
            let inner = object.map { key, value in
                "\(margin)  \(JSONValue.string(key).text): \(lines(value, margin + "  "))"
            }
            return "{\n\(inner.joined(separator: ",\n"))\n\(margin)}"
        case .array(let elements) where !elements.isEmpty:
            let inner = elements.map { "\(margin)  \(lines($0, margin + "  "))" }
            return "[\n\(inner.joined(separator: ",\n"))\n\(margin)]"
        default: return value.text
        }
    }
}
