//! Lines that are not longer than they may be.

/// Breaks a text into lines of at most `width` characters: between words, and within words that are longer than a line.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(8);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used: usize = 0;
    for word in text.split(' ') {
        let len = word.chars().count();
        let needed = if used == 0 {
            len
        } else {
            len.saturating_add(1)
        };
        if used > 0 && used.saturating_add(needed) > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used = used.saturating_add(1);
        }
        for character in word.chars() {
            if used == width {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push(character);
            used = used.saturating_add(1);
        }
    }
    lines.push(line);
    lines
}

/// Cuts a text to so many characters.
pub(super) fn cut(text: &str, width: usize, dots: &str) -> String {
    if text.chars().count() <= width {
        return text.into();
    }
    let room = width.saturating_sub(dots.chars().count());
    text.chars().take(room).chain(dots.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_too_long_and_nothing_is_lost() {
        for text in [
            "",
            "a",
            "one two three four",
            &"x".repeat(100),
            "ab  cd",
            &format!("a {} b", "y".repeat(40)),
        ] {
            for width in [8, 9, 20] {
                let lines = wrap(text, width);
                assert!(
                    lines.iter().all(|line| line.chars().count() <= width),
                    "{lines:?}"
                );
                let joined: String = lines.concat().split(' ').collect();
                assert_eq!(joined, text.split(' ').collect::<String>());
            }
        }
        assert_eq!(cut("abcdef", 4, "…"), "abc…");
        assert_eq!(cut("abcd", 4, "…"), "abcd");
    }
}
