//! Drawings that want to do harm, or are too much.

use std::fmt::Write as _;

use super::*;

#[test]
fn what_could_do_something_is_refused_and_what_leads_elsewhere_left_out() {
    let seat = r#"<circle data-seat="1" data-row="A" cx="10" cy="50" r="3"/>"#;
    for active in [
        "<script>alert(1)</script>",
        "<g onload=\"x()\"/>",
        "<a xlink:href=\" java\tscript:x\"><text>a</text></a>",
        "<foreignObject><iframe/></foreignObject>",
    ] {
        assert_eq!(codes(&format!("{seat}{active}")), ["script"], "{active}");
    }
    let import = read(&format!(
        r##"{seat}<image href="http://elsewhere/x.png"/><foreignObject><p>x</p></foreignObject><use href="http://elsewhere/y.svg#a"/>
        <rect fill="url(http://elsewhere/z)" width="5" height="5"/><style>@import url(x);</style><text>kept &lt;b&gt;</text>
        <animate attributeName="x"/><a href="http://elsewhere"><rect id="in" width="9" height="9"/></a>"##
    ));
    let background = import.background.unwrap();
    assert!(
        !background.contains("elsewhere")
            && !background.contains("import")
            && !background.contains("animate")
    );
    assert!(background.contains("kept &lt;b&gt;") && background.contains("id=\"in\""), "{background}");
    assert_eq!(import.findings.iter().filter(|finding| finding.code == "left-out").count(), 6);
    roxmltree::Document::parse(&background).unwrap();
}

#[test]
fn what_is_wrong_beside_a_script_is_told_with_it() {
    let seat = |seat: u32, x: u32| {
        format!("<circle data-row=\"A\" data-seat=\"{seat}\" cx=\"{x}\" cy=\"50\" r=\"3\"/>")
    };
    let content = format!("<script/><g onclick=\"x()\">{}{}{}</g>", seat(1, 10), seat(1, 20), seat(2, 999));
    let findings = svg(&drawing(&content), &SvgOptions::default()).unwrap_err().0;
    let told: Vec<_> = findings.iter().map(|finding| finding.code).collect();
    assert_eq!(told, ["script", "script", "duplicate-label", "left-out", "outside"]);
}

#[test]
fn entities_that_grow_or_lead_elsewhere_are_refused() {
    let code = |text: &str| svg(text, &SvgOptions::default()).unwrap_err().0[0].code;
    for declared in [
        "a SYSTEM \"file:///etc/passwd\"",
        "% a \"ha\"",
        "a \"<circle/>\"",
        &format!("a '{}'", "ha".repeat(101)),
        "a",
    ] {
        assert_eq!(
            code(&format!("<!DOCTYPE svg [<!ENTITY {declared}>]><svg>&a;</svg>")),
            "entities",
            "{declared}"
        );
    }
    let second = "<!-- <!DOCTYPE svg> --><!DOCTYPE svg [<!ENTITY a \"&b;\">]><svg/>";
    assert_eq!(code(second), "entities", "one that stands behind another is seen too");
    let many =
        format!("<!DOCTYPE svg [<!ENTITY a '{}'>]><svg>{}</svg>", "h".repeat(200), "&a;".repeat(200_000));
    assert_eq!(code(&many), "entities", "nothing grows beyond what a file may have");
}

#[test]
fn bombs_are_refused() {
    let laughs = "<!DOCTYPE svg [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]><svg>&b;</svg>";
    let code = |text: &str| svg(text, &SvgOptions::default()).unwrap_err().0[0].code;
    assert_eq!(code(laughs), "entities");
    assert_eq!(code("<svg>&b;</svg>"), "not-xml");
    assert_eq!(code("<html/>"), "not-svg");
    assert_eq!(code(""), "not-xml");
    let deep = format!("{}{}", "<g>".repeat(100_000), "</g>".repeat(100_000));
    assert_eq!(codes(&deep), ["too-deep"]);
    let deep_enough = format!(
        "{}<circle data-seat=\"1\" data-row=\"A\" cx=\"1\" cy=\"1\" r=\"1\"/>{}",
        "<g transform=\"translate(1)\">".repeat(90),
        "</g>".repeat(90)
    );
    assert_eq!(labels(&read(&deep_enough)).len(), 1);
    let mut doubling =
        String::from("<defs><g id=\"u0\"><circle data-seat=\"1\" cx=\"1\" cy=\"1\" r=\"1\"/></g>");
    for level in 1..40 {
        let below = level - 1;
        let _ = write!(doubling, "<g id=\"u{level}\"><use href=\"#u{below}\"/><use href=\"#u{below}\"/></g>");
    }
    doubling.push_str("</defs><use href=\"#u39\"/>");
    assert_eq!(codes(&doubling), ["too-many-elements"]);
    assert_eq!(
        codes(
            "<g id=\"a\"><use href=\"#b\"/></g><g id=\"b\"><use href=\"#a\"/><circle data-seat=\"1\" r=\"1\"/></g>"
        ),
        ["too-deep"]
    );
    let long = format!("<path data-seat=\"1\" data-row=\"A\" d=\"M0 0{}\"/>", "L1 1".repeat(30_000));
    assert_eq!(codes(&long), ["path-too-long"]);
    let empty: String = "<circle/>".repeat(1_100_000);
    assert_eq!(codes(&empty), ["not-xml"]);
    let attributes: String = (0..501).fold(String::new(), |mut all, number| {
        let _ = write!(all, " a{number}='>'");
        all
    });
    assert_eq!(codes(&format!("<g{attributes}/>")), ["too-many-attributes"]);
    let namespaces: String = (0..60).fold(String::new(), |mut all, number| {
        let _ = write!(all, "<g xmlns:n{number}='u{number}'>");
        all
    });
    assert_eq!(codes(&namespaces), ["too-many-attributes"]);
    let mut chain =
        String::from("<defs><g id=\"c0\"><circle data-seat=\"1\" cx=\"1\" cy=\"1\" r=\"1\"/></g>");
    for level in 1..45 {
        let _ = write!(chain, "<g id=\"c{level}\"><use x=\"1\" href=\"#c{}\"/></g>", level - 1);
    }
    assert_eq!(labels(&read(&format!("{chain}</defs><use href=\"#c44\"/>"))).len(), 1);
    let rules: String = (0..1_000).fold(String::new(), |mut rules, rule| {
        let _ = write!(rules, ".c{rule} {{display:none}}");
        rules
    });
    assert_eq!(codes(&format!("<style>{rules}</style>")), ["too-many-styles"]);
    assert_eq!(code(&" ".repeat(crate::import::MAX_FILE_BYTES + 1)), "too-large");
}

#[test]
fn hidden_layers_are_not_there() {
    let import = read(
        r#"<style>.st0{display:none} .st1{fill:#fff}</style><g class="st0"><circle data-seat="9" data-row="A" cx="1" cy="1" r="1"/></g>
           <g style="display: none"><circle data-seat="8" data-row="A" cx="1" cy="1" r="1"/></g>
           <circle class="st1" data-seat="1" data-row="A" cx="10" cy="1" r="1"/>"#,
    );
    assert_eq!(labels(&import), ["Seats · Row A · 1"]);
    assert!(import.findings.iter().any(|finding| finding.code == "hidden"));
}
