import StrictJSON

/// The rules of accessibility that a program can see, after WCAG 2.2, each in our own words.
public enum AccessibilityRule: String, Sendable, CaseIterable {
    /// The page says its language. WCAG 3.1.1.
    case language
    /// The page has a title. WCAG 2.4.2.
    case title
    /// An id is given once. WCAG 4.1.2.
    case uniqueID = "unique-id"
    /// One first-level heading.
    case oneHeading = "one-h1"
    /// No level of headings is skipped. WCAG 1.3.1.
    case headingOrder = "heading-order"
    /// One `main`; several `nav` are told apart by their names. WCAG 1.3.1, 2.4.1.
    case landmarks
    /// Every control of a form has a name, and not only a placeholder. WCAG 1.3.1, 4.1.2.
    case controlName = "control-name"
    /// Every button and link has a name. WCAG 2.4.4, 4.1.2.
    case actionName = "action-name"
    /// Every image has a text, if an empty one. WCAG 1.1.1.
    case imageText = "image-text"
    /// Nothing jumps the queue of the Tab key. WCAG 2.4.3.
    case tabIndex = "tab-index"
    /// What can be pressed is 24 by 24 CSS pixels or larger. WCAG 2.5.8.
    case targetSize = "target-size"
    /// Text stands out 4.5 to 1, large text 3 to 1. WCAG 1.4.3.
    case contrast
    /// One sees what has the focus. WCAG 2.4.7.
    case focusVisible = "focus-visible"
    /// Everything that can be used is reached by the Tab key, and the key comes out again. WCAG 2.1.1, 2.1.2.
    case focusReach = "focus-reach"
    /// At 390 pixels nothing has to be moved sideways. WCAG 1.4.10.
    case reflow
}

/// One place that breaks a rule.
public struct AccessibilityFault: Sendable, Hashable, CustomStringConvertible {
    public let rule: AccessibilityRule
    /// Where, as a CSS path.
    public let element: String
    public let problem: String
    public var description: String { "\(rule.rawValue): \(element): \(problem)" }
}

extension Browser {
    /// What on the open page breaks which rule. Moves the focus; puts the window's size back.
    ///
    /// It sees what a program can see. That a text makes sense, only a person can say.
    /// - Parameter navigation: whether the page is to have a `nav`.
    public func accessibilityFaults(navigation: Bool = true) async throws -> [AccessibilityFault] {
        var found = try faults(in: try await script(AccessibilityScript.still, [.bool(navigation)]))
        found += try faults(in: try await focusFaults())
        try await viewport(390, 844)
        found += try faults(in: try await script(AccessibilityScript.reflow))
        try await clearViewport()
        return found
    }

    /// Goes through the page with the Tab key, as somebody without a mouse does.
    private func focusFaults() async throws -> JSONValue {
        let stops = try await script(AccessibilityScript.beginFocus).integerValue ?? 0
        // Each stop once, and as many again for lists of choices inside; then it is taken for a trap.
        for _ in 0..<(2 * stops + 10) {
            try await press(.tab)
            if try await script(AccessibilityScript.visitFocus) == true { break }
        }
        return try await script(AccessibilityScript.endFocus)
    }

    private func faults(in answer: JSONValue) throws -> [AccessibilityFault] {
        try (answer.arrayValue ?? []).map { fault in
            guard let rule = fault["rule"]?.stringValue.flatMap(AccessibilityRule.init(rawValue:)) else {
                throw WebDriverError(command: "accessibility", code: "unknown rule", message: fault.text)
            }
            return AccessibilityFault(
                rule: rule, element: fault["element"]?.stringValue ?? "", problem: fault["problem"]?.stringValue ?? "")
        }
    }
}
